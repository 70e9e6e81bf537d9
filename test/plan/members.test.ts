import { describe, expect, test } from 'vitest';
import { bytesInMemory } from '../../src/layer/bytes-in-memory.ts';
import {
  keptNodes,
  membersByLayer,
  membersOfAll,
  type MemberOptions,
} from '../../src/plan/members.ts';
import type { Member } from '../../src/plan/plan.ts';
import type { Verdicts } from '../../src/rules/verdict.ts';
import { plainImage, type PlainImage } from '../support/plain-entries.ts';

const show = (member: Member): string => {
  if (member.kind === 'folder') return `folder ${member.path}/`;
  if (member.kind === 'whiteout') return `whiteout ${member.path}`;
  const { path, layer } = member.entry;
  if (member.kind === 'copy') return `copy ${path} of ${layer}`;
  const { content, ...changes } = member.changes;
  return `rewrite ${path} of ${layer} ${JSON.stringify(changes)}${content ? ' content' : ''}`;
};

const optionsFor = ({ tree }: PlainImage, more: Partial<MemberOptions>): MemberOptions => ({
  replacements: new Map(),
  moved: tree.moved,
  ...more,
});

const together = (
  image: PlainImage,
  verdicts: Verdicts = new Map(),
  more: Partial<MemberOptions> = {},
): string[] =>
  Array.from(membersOfAll(keptNodes(image.tree, verdicts), optionsFor(image, more)), show);

const apart = (image: PlainImage, verdicts: Verdicts = new Map()): string[][] =>
  membersByLayer(keptNodes(image.tree, verdicts), image.layers.length, optionsFor(image, {})).map(
    (members) => Array.from(members, show),
  );

describe('the members of one layer that holds everything', () => {
  test('are in the byte order of names, folders first', () => {
    expect(
      together(
        plainImage([
          ['b=1', 'a/'],
          ['a/y=2', 'B=3', 'a/x=4'],
        ]),
      ),
    ).toEqual(['copy B of 1', 'copy a of 0', 'copy a/x of 1', 'copy a/y of 1', 'copy b of 0']);
  });

  test('include folders that no layer has an entry for', () => {
    expect(together(plainImage([['a/b/c=1']]))).toEqual([
      'folder a/',
      'folder a/b/',
      'copy a/b/c of 0',
    ]);
  });

  test('have the body at the first name of a file, and links to it', () => {
    const image = plainImage([['m=BODY', 'z=>m', 'a=>m']]);
    expect(together(image)).toEqual([
      'rewrite m of 0 {"path":"a"}',
      'rewrite m of 0 {"linkTo":"a"}',
      'rewrite z of 0 {"linkTo":"a"}',
    ]);
  });

  test('keep a link as it is where it leads to the name that has the body', () => {
    expect(together(plainImage([['a=BODY', 'b=>a']]))).toEqual(['copy a of 0', 'copy b of 0']);
  });

  test('move a body whose own name goes to a name that stays', () => {
    const image = plainImage([['a=BODY', 'b=>a']]);
    expect(together(image, image.dropping('a'))).toEqual(['rewrite a of 0 {"path":"b"}']);
  });

  test('get earlier times only where theirs are later', () => {
    const image = plainImage([['a=1']]);
    expect(together(image, undefined, { timestamp: 1001 })).toEqual(['copy a of 0']);
    expect(together(image, undefined, { timestamp: 7 })).toEqual(['rewrite a of 0 {"mtime":7}']);
  });

  test('get other contents at the name that has the body alone', () => {
    const image = plainImage([['a=1', 'b=>a']]);
    const { entry } = image.at('a');
    const replacements = new Map(entry && [[entry, bytesInMemory(Buffer.from('x'))]]);
    expect(together(image, undefined, { replacements })).toEqual([
      'rewrite a of 0 {} content',
      'copy b of 0',
    ]);
  });
});

describe('the members of each layer on its own', () => {
  test('leave out what upper layers cover, and the whiteouts that covered it', () => {
    expect(
      apart(
        plainImage([
          ['a=1', 'b=2'],
          ['.wh.a', 'b=3'],
        ]),
      ),
    ).toEqual([[], ['copy b of 1']]);
  });

  test('keep a folder in each layer that has something in it', () => {
    const image = plainImage([['d/', 'd/x=1'], ['d/', 'd/y=2'], ['d/']]);
    expect(apart(image)).toEqual([
      ['copy d of 0', 'copy d/x of 0'],
      ['copy d of 1', 'copy d/y of 1'],
      ['copy d of 2'],
    ]);
    expect(apart(image, image.dropping('d/x'))).toEqual([
      [],
      ['copy d of 1', 'copy d/y of 1'],
      ['copy d of 2'],
    ]);
  });

  test('get an entry for a folder whose contents implied it and are gone', () => {
    const image = plainImage([['a/b=1']]);
    expect(apart(image, image.dropping('a/b'))).toEqual([['folder a/']]);
  });

  test('have a body in the lowest layer with a name of the file', () => {
    const image = plainImage([['z=BODY'], ['a=>z'], ['b=>z']]);
    expect(apart(image)).toEqual([['copy z of 0'], ['copy a of 1'], ['copy b of 2']]);
    expect(apart(image, image.dropping('z'))).toEqual([
      [],
      ['rewrite z of 0 {"path":"a"}'],
      ['rewrite b of 2 {"linkTo":"a"}'],
    ]);
  });
});
