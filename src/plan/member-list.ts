import type { Entry } from '../layer/entry.ts';
import type { Member, Members } from './plan.ts';

/** Members of a layer, in order. Most are copies, of which no more is held than the entry. */
export class MemberList implements Members {
  readonly #held: (Entry | Exclude<Member, { kind: 'copy' }>)[] = [];

  get length(): number {
    return this.#held.length;
  }

  add(member: Member | undefined): void {
    if (member) this.#held.push(member.kind === 'copy' ? member.entry : member);
  }

  *[Symbol.iterator](): Generator<Member> {
    for (const held of this.#held) yield 'kind' in held ? held : { kind: 'copy', entry: held };
  }
}
