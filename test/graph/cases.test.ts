import { readdir, readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import type { Edge } from '../../src/graph/graph.ts';
import { traceImage } from '../../src/graph/trace/trace-image.ts';
import { factImage } from '../support/fact-image.ts';
import { parseCases, showEdge, showOpen, type GraphCase } from './graph-case.ts';

const folder = new URL('cases/', import.meta.url);
const files = (await readdir(folder)).filter((name) => name.endsWith('.txt')).sort();
const all = await Promise.all(
  files.map(async (file) => ({
    file,
    cases: parseCases(await readFile(new URL(file, folder), 'utf8')),
  })),
);

describe.each(all)('$file', ({ cases }) => {
  test.each(cases)('$title', async (each) => {
    const { edges, open, words } = await trace(each);
    const started = edges.filter(({ kind }) => kind === 'starts' || kind === 'loads');
    expect(started.map(showEdge).sort()).toEqual([...each.started].sort());
    expect(open.map(showOpen).sort()).toEqual([...each.open].sort());
    const lines = edges.map(showEdge);
    expect(lines).toEqual(expect.arrayContaining([...each.read]));
    for (const line of each.notRead) expect(lines).not.toContain(line);
    expect([...words.keys()]).toEqual(expect.arrayContaining([...each.words]));
    for (const word of each.notWords) expect([...words.keys()]).not.toContain(word);
  });
});

const trace = async ({ files: contents, config }: GraphCase) => {
  const image = await factImage(contents, { config });
  const { record } = await traceImage(image);
  const edges: Edge[] = [undefined, ...record.edges.users()].flatMap((node) => [
    ...record.edges.from(node),
  ]);
  const { open, words } = record;
  await image.close();
  return { edges, open, words };
};
