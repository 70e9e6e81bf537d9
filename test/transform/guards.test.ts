import { execFileSync } from 'node:child_process';
import { copyFileSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  buildBinaries,
  buildWithMark,
  COMPILERS,
  type Binaries,
} from '../../fixtures/binaries/build.js';
import { requireTools } from '../support/requires.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { reasonsFor } from './local-candidate.ts';

const folder = tempFolder();

/** A copy of a file, changed. */
const changed = (name: string, path: string, change: (bytes: Buffer) => Buffer): string => {
  const out = join(folder, name);
  writeFileSync(out, change(readFileSync(path)));
  return out;
};

const appended = (name: string, path: string, payload: string | Buffer): string =>
  changed(name, path, (bytes) => Buffer.concat([bytes, Buffer.from(payload)]));

/** What may be stripped but not packed. */
const only = (upx: string) => ({ strip: undefined, upx });

/** What both tools must leave alone. */
const both = (reason: string) => ({ strip: reason, upx: reason });

describe.runIf(requireTools(...COMPILERS, 'objcopy'))('whether a real file may be changed', () => {
  let binaries: Binaries;
  beforeAll(() => {
    binaries = buildBinaries();
  }, 300_000);

  test('programs may be stripped and packed', async () => {
    for (const name of ['go', 'rust', 'cpp', 'cppStatic', 'plain'] as const)
      expect([name, await reasonsFor(binaries[name])]).toEqual([
        name,
        { strip: undefined, upx: undefined },
      ]);
  });

  test('files with setuid, setgid, capabilities or signatures may not', async () => {
    const { plain } = binaries;
    expect(await reasonsFor(plain, { mode: 0o4755 })).toEqual(both('is setuid or setgid'));
    expect(await reasonsFor(plain, { mode: 0o2755 })).toEqual(both('is setuid or setgid'));
    expect(await reasonsFor(plain, { xattrs: ['security.capability'] })).toEqual(
      both('has file capabilities'),
    );
    expect(await reasonsFor(plain, { xattrs: ['security.ima'] })).toEqual(
      both('is signed (security.ima)'),
    );
    expect(await reasonsFor(plain, { xattrs: ['user.note'] })).toEqual({});
  });

  test('shared libraries are stripped, never packed', async () => {
    const packing = { strip: undefined, upx: 'is a shared library' };
    expect(await reasonsFor(binaries.library, { name: 'usr/lib/libseven.so.1' })).toEqual(packing);
    expect(await reasonsFor(binaries.library, { name: 'app/native.node' })).toEqual(packing);
    expect(await reasonsFor(binaries.plain, { name: 'usr/lib/libplain.so.1' })).toEqual({
      strip: undefined,
      upx: 'is named like a library',
    });
  });

  test('libraries that auditwheel placed may not', async () => {
    const name = 'usr/lib/python3/site-packages/numpy.libs/libseven-1a2b3c4d.so.1';
    expect(await reasonsFor(binaries.library, { name })).toEqual({
      strip: 'is a library that auditwheel has placed and edited',
      upx: 'is a shared library',
    });
  });

  test('Go plugins may not be packed', async () => {
    expect(await reasonsFor(binaries.goPlugin, { name: 'app/plugin.so' })).toEqual({
      strip: 'is a Go plugin or a Go library',
      upx: 'is a shared library',
    });
  });

  test('objects for a linker, the kernel or eBPF may not', async () => {
    const { object } = binaries;
    expect(await reasonsFor(object)).toEqual(both('is an object file for a linker'));
    expect(await reasonsFor(object, { name: 'lib/modules/6.1/seven.ko' })).toEqual(
      both('is a kernel module'),
    );
    const ebpf = changed('ebpf.o', object, (bytes) => {
      bytes.writeUInt16LE(247, 18);
      return bytes;
    });
    expect(await reasonsFor(ebpf)).toEqual(both('is an eBPF object'));
  });

  test('programs with appended bytes, as of pkg, deno and bun, may not', async () => {
    const { plain } = binaries;
    const deno = appended('deno', plain, `d3n0l4nd${'\0'.repeat(32)}`);
    expect(await reasonsFor(deno)).toEqual(both('carries 40 bytes behind its end'));
    const bun = appended('bun', plain, '{"modules":[]}\n---- Bun! ----\n');
    expect(await reasonsFor(bun)).toEqual(both('carries 30 bytes behind its end'));
    const zip = appended('zip', plain, 'PK\x05\x06');
    expect(await reasonsFor(zip)).toEqual(both('carries 4 bytes behind its end'));
  });

  test('programs of PyInstaller may not, with the archive in a section or appended', async () => {
    const archive = join(folder, 'archive');
    writeFileSync(archive, Buffer.from('archiveMEI\x0c\x0b\x0a\x0b\x0ecookie', 'latin1'));
    const out = join(folder, 'pyinstaller');
    execFileSync('objcopy', [`--add-section=pydata=${archive}`, binaries.plain, out]);
    expect(await reasonsFor(out)).toEqual(both('carries data of its own in the section pydata'));
    const old = appended('old-pyinstaller', binaries.plain, readFileSync(archive));
    expect(await reasonsFor(old)).toEqual(both('carries 21 bytes behind its end'));
  });

  test('programs with marks that are loaded with them may not', async () => {
    const marks: [name: string, mark: string | Buffer, reason: string][] = [
      ['dotnet', DOTNET_BUNDLE, 'is a .NET single-file program or its host'],
      ['bun-section', '---- Bun! ----', 'is a Bun program'],
      ['deno-runtime', 'd3n0l4nd', 'is a Deno program'],
      ['nexe', '<nexe~~sentinel>', 'is a nexe program'],
      ['busybox', 'BusyBox v1.36.1', 'starts itself again under other names'],
    ];
    for (const [name, mark, reason] of marks) {
      const path = buildWithMark(name, Buffer.from(mark));
      expect([name, await reasonsFor(path)]).toEqual([name, both(reason)]);
    }
  });

  test('AppImages may not', async () => {
    const image = changed('appimage', binaries.plain, (bytes) => {
      bytes.write('AI\x02', 8, 'latin1');
      return bytes;
    });
    expect(await reasonsFor(image)).toEqual(both('is an AppImage'));
  });

  test('files below 64 KiB, not executable or multi-call programs are not packed', async () => {
    expect(await reasonsFor(binaries.small)).toEqual(only('is smaller than 64 KiB'));
    expect(await reasonsFor(binaries.plain, { mode: 0o644 })).toEqual(
      only('is not executable by its mode'),
    );
    expect(await reasonsFor(binaries.plain, { mode: 0o711 })).toEqual(
      only('may be started by users who cannot read it'),
    );
    expect(await reasonsFor(binaries.plain, { mode: 0o550 })).toEqual({});
    expect(await reasonsFor(binaries.plain, { name: 'bin/toybox' })).toEqual(
      only('starts itself again under other names'),
    );
  });

  test('32-bit ARM code of whole pages is not packed', async () => {
    const arm = (size: number): string => {
      const bytes = Buffer.alloc(80 * 1024);
      bytes.set([0x7f, 0x45, 0x4c, 0x46, 1, 1, 1]);
      bytes.writeUInt16LE(2, 16);
      bytes.writeUInt16LE(40, 18);
      bytes.writeUInt32LE(52, 28);
      bytes.writeUInt16LE(32, 42);
      bytes.writeUInt16LE(1, 44);
      [1, 0, 0x10000, 0, size, size, 5, 4096].forEach((value, at) =>
        bytes.writeUInt32LE(value, 52 + 4 * at),
      );
      const out = join(folder, `arm-${size}`);
      writeFileSync(out, bytes.subarray(0, size));
      return out;
    };
    expect((await reasonsFor(arm(0x12000))).upx).toMatch(/32-bit ARM/);
    expect((await reasonsFor(arm(0x12008))).upx).toBeUndefined();
  });

  test('static position-independent programs are not packed', async () => {
    const out = join(folder, 'static-pie');
    const source = join(import.meta.dirname, '../../fixtures/binaries/payload.c');
    execFileSync('gcc', ['-g', '-static-pie', '-o', out, source]);
    expect(await reasonsFor(out)).toEqual({
      strip: undefined,
      upx: 'is a static position-independent program',
    });
  });

  test('separate debug information and broken files may not', async () => {
    const debug = join(folder, 'plain.debug');
    execFileSync('objcopy', ['--only-keep-debug', binaries.plain, debug]);
    const reasons = await reasonsFor(debug, { name: 'usr/lib/debug/bin/plain.debug' });
    expect(reasons.strip).toBe('holds debug information for another file');
    const cut = changed('cut', binaries.plain, (bytes) => bytes.subarray(0, bytes.length - 100));
    expect((await reasonsFor(cut)).upx).toMatch(/^is damaged: /);
  });

  test('files without symbols have nothing to strip', async () => {
    const out = join(folder, 'stripped');
    execFileSync('strip', ['-o', out, binaries.plain]);
    expect(await reasonsFor(out)).toEqual({ strip: 'has no symbols', upx: undefined });
  });
});

describe('Node with a program put into it', () => {
  test('is recognised by its fuse', async () => {
    const node = join(folder, 'node');
    copyFileSync(realpathSync(process.execPath), node);
    const fuse = 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2:';
    const bytes = readFileSync(node);
    const at = bytes.indexOf(`${fuse}0`);
    expect(at).toBeGreaterThan(0);
    expect((await reasonsFor(node)).upx).toBeUndefined();
    bytes.write('1', at + fuse.length);
    writeFileSync(node, bytes);
    expect((await reasonsFor(node)).upx).toBe('is a Node program with a payload');
  });
});

/** https://github.com/dotnet/runtime/blob/main/src/native/corehost/apphost/bundle_marker.c */
const DOTNET_BUNDLE = Buffer.from(
  '00000000000000008b1202b96a612038727b930214d7a03213f5b9e6efae3318ee3b2dce24b36aae',
  'hex',
);
