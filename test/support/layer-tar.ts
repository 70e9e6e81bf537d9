import { pack, type Header } from 'tar-stream';

/** One entry of a test layer: a tar-stream header with an optional body. */
export interface TestEntry extends Partial<Header> {
  readonly name: string;
  readonly body?: string | Buffer;
}

/** A plain layer tar with the given entries, mtime 1000 unless stated. */
export const layerTar = async (entries: readonly TestEntry[]): Promise<Buffer> => {
  const tar = pack();
  for (const { body, ...header } of entries)
    tar.entry({ mtime: new Date(1_000_000), ...header }, body ?? '');
  tar.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of tar) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
};

/**
 * Entries from lines: `d/` a folder, `f=body` a file, `l->target` a symlink, `h=>target` a hard link,
 * `.wh.x` a whiteout.
 */
export const entriesOf = (lines: readonly string[]): TestEntry[] =>
  lines.map((line) => {
    const [, hard, hardTarget] = /^(.*)=>(.*)$/.exec(line) ?? [];
    if (hard !== undefined) return { name: hard, type: 'link', linkname: hardTarget as string };
    const [, soft, softTarget] = /^(.*)->(.*)$/.exec(line) ?? [];
    if (soft !== undefined) return { name: soft, type: 'symlink', linkname: softTarget as string };
    if (line.endsWith('/')) return { name: line, type: 'directory', mode: 0o755 };
    const [name, body = ''] = line.split('=') as [string, string?];
    return { name, body };
  });
