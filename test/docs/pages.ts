/** What tests read off pages: the plans that are written out in them. */

export interface WrittenPlan {
  readonly model: string;
  readonly text: string;
}

/** The blocks of YAML that begin with a model's name, comments before it left aside. */
export function plansIn(page: string): WrittenPlan[] {
  return [...page.matchAll(/^```yaml\n([\s\S]*?)^```$/gm)].flatMap(([, text = ""]) => {
    const [, model] = /^(?:#.*\n|\n)*model: ([\w-]+)/.exec(text) ?? [];
    return model === undefined ? [] : [{ model, text }];
  });
}
