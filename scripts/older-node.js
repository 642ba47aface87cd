/**
 * What the sources use and Node 20 lacks, added where it is missing: the installed command runs on the Node that is
 * there, and only the development tools bring their own.
 */
const define = (target, methods) => {
  for (const [name, value] of Object.entries(methods))
    if (!(name in target)) Object.defineProperty(target, name, { value, writable: true, configurable: true });
};

define(Map, {
  groupBy(items, keyOf) {
    const groups = new Map();
    let index = 0;
    for (const item of items) {
      const key = keyOf(item, index++);
      if (groups.has(key)) groups.get(key).push(item);
      else groups.set(key, [item]);
    }
    return groups;
  },
});
define(Object, {
  groupBy: (items, keyOf) => Object.fromEntries(Map.groupBy(items, keyOf)),
});
define(Promise, {
  withResolvers() {
    let resolve;
    let reject;
    const promise = new Promise((yes, no) => {
      resolve = yes;
      reject = no;
    });
    return { promise, resolve, reject };
  },
  try: (work, ...args) => new Promise((resolve) => resolve(work(...args))),
});
define(Array, {
  async fromAsync(items) {
    const all = [];
    for await (const item of items) all.push(item);
    return all;
  },
});
define(Set.prototype, {
  union(other) {
    return new Set([...this, ...other.keys()]);
  },
  intersection(other) {
    return new Set([...this].filter((each) => other.has(each)));
  },
  difference(other) {
    return new Set([...this].filter((each) => !other.has(each)));
  },
  isSubsetOf(other) {
    return [...this].every((each) => other.has(each));
  },
  isSupersetOf(other) {
    return [...other.keys()].every((each) => this.has(each));
  },
  isDisjointFrom(other) {
    return ![...this].some((each) => other.has(each));
  },
});

const iteratorPrototype = Object.getPrototypeOf(Object.getPrototypeOf([][Symbol.iterator]()));
define(iteratorPrototype, {
  *map(of) {
    let index = 0;
    for (const item of this) yield of(item, index++);
  },
  *filter(keep) {
    let index = 0;
    for (const item of this) if (keep(item, index++)) yield item;
  },
  *flatMap(of) {
    let index = 0;
    for (const item of this) yield* of(item, index++);
  },
  *take(limit) {
    let left = limit;
    if (left > 0)
      for (const item of this) {
        yield item;
        if (--left === 0) return;
      }
  },
  *drop(limit) {
    let left = limit;
    for (const item of this) if (left-- <= 0) yield item;
  },
  toArray() {
    return [...this];
  },
  forEach(tell) {
    [...this].forEach((item, index) => void tell(item, index));
  },
  reduce(...args) {
    return [...this].reduce(...args);
  },
  some(test) {
    for (const item of this) if (test(item)) return true;
    return false;
  },
  every(test) {
    for (const item of this) if (!test(item)) return false;
    return true;
  },
  find(test) {
    for (const item of this) if (test(item)) return item;
    return undefined;
  },
});
