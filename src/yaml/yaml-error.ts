import { ReslimError } from '../base/errors.ts';

/** One thing wrong with a YAML file. */
export interface YamlProblem {
  /** Where in the text, in characters; problems are reported in this order. */
  readonly offset: number;
  /** `file:line:column` */
  readonly place: string;
  /** `property: what` */
  readonly message: string;
  /** What to do about it. */
  readonly hint?: string | undefined;
}

/** Everything that is wrong with a YAML file. The message tells the first problem. */
export class YamlError extends ReslimError {
  readonly problems: readonly YamlProblem[];

  constructor(problems: readonly YamlProblem[], options: { readonly cause?: unknown } = {}) {
    const ordered = [...problems].sort((a, b) => a.offset - b.offset);
    const [first] = ordered;
    const more = ordered.length - 1;
    const hints = [
      ...(first?.hint === undefined ? [] : [first.hint]),
      ...(more > 0 ? [`Fix it and try again: ${more} more to fix in this file.`] : []),
    ];
    super('usage', first ? `${first.place}: ${first.message}` : '', {
      ...options,
      hint: hints.length === 0 ? undefined : hints.join('\n'),
    });
    this.problems = ordered;
  }
}
