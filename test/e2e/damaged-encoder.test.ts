import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createLayout, putImage, putLayer } from '../../fixtures/layout.js';
import { installWithFault, type Fault } from '../support/damaged-encoder.ts';
import { layerTar } from '../support/layer-tar.ts';
import { requireTools } from '../support/requires.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { startDistribution } from '../transport/registry/support/servers.ts';

const root = tempFolder();

/** Faults as an encoder may have them: each shows in few places of few files. */
const FAULTS: Readonly<Record<string, Fault>> = {
  'takes some matches for one byte longer': {
    file: 'matches.ts',
    right: 'if (difference) return length + <u32>(ctz(difference) >> 3);',
    wrong: 'if (difference) return length + <u32>(ctz(difference) >> 3) + <u32>((b & 1023) == 0);',
  },
  'refers to the byte beside the right one': {
    file: 'matches.ts',
    right: '        matchDistance = <u32>(at - place);\n        if (length',
    wrong:
      '        matchDistance = <u32>(at - place) + (length == 23 ? 1 : 0);\n        if (length',
  },
};

const words = (seed: number): string => {
  let [state, out] = [seed + 1, ''];
  while (out.length < 30_000) {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    out += `export const value${state % 977} = function named${state % 61}() { return ${state}; };\n`;
  }
  return out;
};

const source = join(root, 'source');
await createLayout(source);
await putImage(source, '1.0', {
  layers: await Promise.all(
    [0, 1].map(async (layer) =>
      putLayer(source, [
        await layerTar(
          Array.from({ length: 40 }, (_, at) => ({
            name: `srv/layer-${layer}-${at}.js`,
            body: words(40 * layer + at),
          })),
        ),
      ]),
    ),
  ),
  config: {},
});

describe.each(Object.keys(FAULTS))('an encoder that %s', (name) => {
  const reslim = installWithFault(join(root, name.replaceAll(' ', '-')), FAULTS[name] as Fault);
  const slim = (target: string, ...flags: readonly string[]) =>
    spawnSync(process.execPath, [reslim, `oci:${source}:1.0`, '-o', target, ...flags], {
      encoding: 'utf8',
    });

  const expectRefused = ({ status, stdout, stderr }: ReturnType<typeof slim>): void => {
    expect(stderr).toMatch(
      /^error: a block is not what comes out when it is decompressed again \([^\n]+\), gzip level 6\nhint: [^\n]+\n$/,
    );
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
  };

  test('is caught before a layout has anything of the image', () => {
    const target = join(root, `layout ${name}`);
    expectRefused(slim(`oci:${target}:1.0`, '--progress', 'never'));
    expect(existsSync(join(target, 'index.json'))).toBe(false);
    const blobs = join(target, 'blobs/sha256');
    expect(existsSync(blobs) ? readdirSync(blobs) : []).toEqual([]);
  });

  test('is caught before an archive is there', () => {
    const target = join(root, `${name}.tar`);
    expectRefused(slim(`oci-archive:${target}:1.0`, '--progress', 'never'));
    expect(existsSync(target)).toBe(false);
  });

  test.runIf(requireTools('docker-registry'))(
    'is caught before a registry has the tag',
    async () => {
      const { host, close } = await startDistribution();
      try {
        const target = `${host}/app:1.0`;
        expectRefused(slim(target, '--progress', 'never'));
        const { status } = await fetch(`http://${host}/v2/app/manifests/1.0`);
        expect(status).toBe(404);
      } finally {
        await close();
      }
    },
  );

  test('is not caught with --no-verify-compression, which is why that is no default', () => {
    const target = join(root, `unverified ${name}`);
    const { status, stderr } = slim(`oci:${target}:1.0`, '--no-verify-compression', '--quiet');
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const { status: valid } = spawnSync(process.execPath, [
      reslim,
      'validate',
      `oci:${target}:1.0`,
    ]);
    expect(valid).not.toBe(0);
  });
});
