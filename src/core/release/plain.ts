/** Plain data, as JSON has it: what the ledger writes a resource's state down as. */

export type Plain = null | boolean | number | string | readonly Plain[] | { readonly [key: string]: Plain };
