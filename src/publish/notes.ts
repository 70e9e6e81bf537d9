import { createHash } from 'node:crypto';
import { ReslimError } from '../base/errors.ts';

/** One comment or note of a pull or merge request. */
export interface Note {
  readonly id: number;
  readonly body: string;
}

/** The notes of one pull or merge request. */
export interface Notes {
  /** Pages count from 1. */
  readonly page: (
    number: number,
  ) => Promise<{ readonly notes: readonly Note[]; readonly isLast: boolean }>;
  readonly create: (body: string) => Promise<void>;
  /** Resolves with false if the note is there no more. */
  readonly update: (id: number, body: string) => Promise<boolean>;
}

/** Pages that are searched, of 100 notes each. */
const MOST_PAGES = 50;

/** Characters of a note. GitHub takes 65,536. */
const NOTE_LENGTH = 65_000;

/** Writes the one note there is of a subject: changes it where it exists, else adds it. Others are left alone. */
export const putNote = async (
  notes: Notes,
  subject: string,
  lines: readonly string[],
): Promise<'created' | 'updated' | 'unchanged'> => {
  const marker = markerOf(subject);
  const body = [marker, ...fitting(lines)].join('\n');
  const known = await find(notes, marker);
  if (known?.body.replaceAll('\r\n', '\n').trimEnd() === body.trimEnd()) return 'unchanged';
  if (known && (await notes.update(known.id, body))) return 'updated';
  await notes.create(body);
  return 'created';
};

/** Not shown. A digest, since a name could end the comment. */
const markerOf = (subject: string): string =>
  `<!-- reslim ${createHash('sha256').update(subject).digest('hex').slice(0, 32)} -->`;

/** A quotation of the note holds the marker as well, but does not begin with it. */
const find = async (notes: Notes, marker: string): Promise<Note | undefined> => {
  for (let number = 1; number <= MOST_PAGES; number++) {
    const page = await notes.page(number);
    const found = page.notes.find(({ body }) => body.startsWith(marker));
    if (found || page.isLast) return found;
  }
  throw new ReslimError('limit', `more than ${MOST_PAGES * 100} notes: reslim's own is not found`, {
    hint: 'leave out --comment, and publish what --markdown FILE writes',
  });
};

const fitting = (lines: readonly string[]): readonly string[] =>
  lines.join('\n').length <= NOTE_LENGTH
    ? lines
    : ['This note would be too long. `--markdown FILE` writes all of it.'];
