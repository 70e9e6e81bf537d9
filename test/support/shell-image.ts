import { execFile } from 'node:child_process';
import { readFile, realpath } from 'node:fs/promises';
import { promisify } from 'node:util';
import { createLayout, putImage, putLayer } from '../../fixtures/layout.js';
import { END, rawMember } from '../../fixtures/raw-tar.ts';

/** What the image says when it is run. */
export const GREETING = 'the upper layer speaks';

/**
 * Writes a layout with the image `1.0`: this machine's shell with the libraries it needs, a file that
 * the upper layer replaces, and a package cache to drop. It runs in any engine of this machine.
 */
export const writeShellImage = async (layout: string): Promise<void> => {
  await createLayout(layout);
  const lower = [
    await copyOf('/bin/sh'),
    ...(await Promise.all((await librariesOf('/bin/sh')).map(copyOf))),
    rawMember({ name: 'etc/motto', body: 'the lower layer speaks\n' }),
    rawMember({ name: 'tmp/left-behind', body: Buffer.alloc(200_000, 'x') }),
    END,
  ];
  const upper = [rawMember({ name: 'etc/motto', body: `${GREETING}\n` }), END];
  await putImage(layout, '1.0', {
    layers: [await putLayer(layout, lower), await putLayer(layout, upper)],
    config: {
      config: {
        Cmd: ['/bin/sh', '-c', 'read -r line < /etc/motto && echo "$line"'],
        Env: ['PATH=/bin', 'TONE=calm'],
        Labels: { 'org.example.kept': 'yes' },
        WorkingDir: '/etc',
      },
    },
  });
};

const copyOf = async (path: string): Promise<Buffer> =>
  rawMember({ name: path.slice(1), mode: 0o755, body: await readFile(await realpath(path)) });

/** The libraries that a program of this machine loads. */
export const librariesOf = async (program: string): Promise<string[]> => {
  const { stdout } = await promisify(execFile)('ldd', [program]);
  return [...stdout.matchAll(/(\/\S+) \(0x/g)].map(([, path]) => path as string);
};
