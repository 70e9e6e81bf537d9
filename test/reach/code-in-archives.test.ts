import { deflateRawSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { readZip } from '../../src/graph/archives/read-zip.ts';
import { readClassFile } from '../../src/graph/sources/class-file.ts';
import { bufferSource } from '../../src/elf/elf-source.ts';
import { showPlace } from '../../src/graph/place.ts';
import { dpkgFiles } from '../support/dpkg-files.ts';
import { elfFile } from '../support/elf-file.ts';
import { judgeFiles, type Files } from '../support/fact-image.ts';

/** A zip archive behind some text. */
const zip = (files: Readonly<Record<string, string | Buffer>>, before = ''): Buffer => {
  const bodies: Buffer[] = [Buffer.from(before)];
  const rows: Buffer[] = [];
  let offset = 0;
  for (const [name, content] of Object.entries(files)) {
    const bytes = Buffer.from(content);
    const packed = deflateRawSync(bytes);
    const header = Buffer.alloc(30);
    header.writeUInt32LE(0x04034b50, 0);
    header.writeUInt16LE(name.length, 26);
    const row = Buffer.alloc(46);
    row.writeUInt32LE(0x02014b50, 0);
    row.writeUInt16LE(8, 10);
    row.writeUInt32LE(packed.length, 20);
    row.writeUInt32LE(bytes.length, 24);
    row.writeUInt16LE(name.length, 28);
    row.writeUInt32LE(offset, 42);
    bodies.push(header, Buffer.from(name), packed);
    rows.push(row, Buffer.from(name));
    offset += 30 + name.length + packed.length;
  }
  const directory = Buffer.concat(rows);
  const end = Buffer.alloc(22);
  end.write('PK\u0005\u0006', 'latin1');
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...bodies, directory, end]);
};

type Method = readonly [owner: string, name: string];

/** A class that calls methods of others, and has some texts. */
const classFile = (method: Method, texts: readonly string[], ...more: Method[]): Buffer => {
  const constants: Buffer[] = [];
  const add = (tag: number, ...numbers: readonly number[]): number => {
    const bytes = Buffer.alloc(1 + 2 * numbers.length);
    bytes.writeUInt8(tag);
    numbers.forEach((number, at) => bytes.writeUInt16BE(number, 1 + 2 * at));
    return constants.push(bytes);
  };
  const text = (value: string): number => {
    const bytes = Buffer.from(value);
    const head = Buffer.from([1, bytes.length >> 8, bytes.length & 255]);
    return constants.push(Buffer.concat([head, bytes]));
  };
  for (const [ownerName, name] of [method, ...more]) {
    const owner = add(7, text(ownerName));
    const description = add(12, text(name), text('()V'));
    add(10, owner, description);
  }
  for (const each of texts) add(8, text(each));
  const head = Buffer.from([0xca, 0xfe, 0xba, 0xbe, 0, 0, 0, 61, 0, constants.length + 1]);
  return Buffer.concat([head, ...constants, Buffer.alloc(16)]);
};

const LIBC = { 'usr/lib/x86_64-linux-gnu/libc.so.6': elfFile() };
const program = elfFile({ needed: ['libc.so.6'] });

const outcome = async (others: Files, command: readonly string[]) => {
  const files = dpkgFiles(
    [
      { name: 'libc6', files: LIBC },
      { name: 'bc', files: { 'usr/bin/bc': program } },
      { name: 'jq', files: { 'usr/bin/jq': program } },
      { name: 'coreutils', files: { 'usr/bin/env': program }, essential: true },
      { name: 'dash', files: { 'bin/sh': program }, essential: true },
      { name: 'python3', files: { 'usr/bin/python3': program } },
      { name: 'java', files: { 'usr/bin/java': program } },
      { name: 'libmagic1', files: { 'usr/lib/x86_64-linux-gnu/libmagic.so.1': elfFile() } },
    ],
    others,
  );
  const { gone, judgement } = await judgeFiles(files, {
    config: { Cmd: command },
    level: 'minimal',
  });
  return {
    stays: (path: string): boolean => !gone.includes(path),
    open: (judgement.reach?.open ?? []).flatMap(({ place, word, isCovered }) =>
      isCovered ? [] : `${showPlace(place)}: ${word}`,
    ),
  };
};

const RUNTIME = ['java/lang/Runtime', 'exec'] as const;

describe('code in archives', () => {
  test('a program that is an archive behind its first line', async () => {
    const app = zip(
      { '__main__.py': 'import calc\n', 'calc.py': 'subprocess.run(["bc"])\nos.system(x)\n' },
      '#!/usr/bin/env python3\n',
    );
    const { stays, open } = await outcome({ 'app/main': app }, ['/app/main']);
    for (const path of ['usr/bin/bc', 'usr/bin/env', 'usr/bin/python3'])
      expect(stays(path), path).toBe(true);
    expect(stays('usr/bin/jq')).toBe(false);
    expect(open).toEqual(['/app/main, calc.py: os.system(x']);
  });

  test('an archive whose name does not say so', async () => {
    const code = 'import os\nos.system(open("/app/job").read())\n';
    const { open } = await outcome({ 'app/modules.bin': zip({ 'calc.py': code }) }, [
      'python3',
      '/app/main.py',
    ]);
    expect(open).toEqual([expect.stringContaining('/app/modules.bin, calc.py: os.system(')]);
  });

  test('classes in an archive in an archive', async () => {
    const inner = zip({ 'Tool.class': classFile(RUNTIME, ['jq -n \u0001', 'unused']) });
    const app = zip({
      'lib/inner.jar': inner,
      'Main.class': classFile(['java/util/List', 'of'], ['bc']),
    });
    const { stays, open } = await outcome({ 'app/app.jar': app }, ['java', '-jar', '/app/app.jar']);
    expect(stays('usr/bin/jq')).toBe(true);
    expect(stays('usr/bin/bc')).toBe(false);
    expect(open).toEqual([]);
  });

  test('a class that starts what it is told', async () => {
    const { stays, open } = await outcome(
      { 'app/Main.class': classFile(['java/lang/ProcessBuilder', '<init>'], ['nothing']) },
      ['java', '-cp', '/app', 'Main'],
    );
    expect(stays('usr/bin/jq')).toBe(false);
    expect(open).toEqual(['/app/Main.class: a program by a computed name']);
  });

  test.each<readonly [what: string, own: Buffer]>([
    ['has a shell do it', classFile(RUNTIME, ['sh', '-c'])],
    ['may be told others', classFile(RUNTIME, ['jq'], ['java/util/Properties', 'getProperty'])],
    ['looks methods up', classFile(['java/lang/reflect/Method', 'invoke'], ['exec', 'jq'])],
  ])('names of programs do not say all of a class that %s', async (_, own) => {
    const { open } = await outcome({ 'app/Main.class': own }, ['java', '-cp', '/app', 'Main']);
    expect(open).toEqual(['/app/Main.class: a program by a computed name']);
  });

  test('libraries that a class loads', async () => {
    const { stays, open } = await outcome(
      {
        'app/a.jar': zip({ 'A.class': classFile(['java/lang/System', 'loadLibrary'], ['magic']) }),
      },
      ['java', '-jar', '/app/a.jar'],
    );
    expect(stays('usr/lib/x86_64-linux-gnu/libmagic.so.1')).toBe(true);
    expect(open).toEqual([]);
  });

  test('of a library that somebody published, nothing is open', async () => {
    const jar = zip({
      'META-INF/maven/org.x/x/pom.properties': 'version=1',
      'A.class': classFile(RUNTIME, []),
    });
    const { open } = await outcome({ 'app/a.jar': jar }, ['java', '-cp', '/app/a.jar', 'A']);
    expect(open).toEqual([]);
  });
});

describe('what is damaged', () => {
  const whole = zip({ a: 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaa', b: 'b' }, 'before');

  test('an archive is cut anywhere, or changed', async () => {
    for (let at = 0; at < whole.length; at++) {
      await readAll(whole.subarray(0, at));
      const changed = Buffer.from(whole);
      changed.writeUInt8(255, at);
      await readAll(changed);
    }
    expect(await readAll(whole)).toEqual(['aaaaaaaaaaaaaaaaaaaaaaaaaaaaa', 'b']);
  });

  test('a class is cut anywhere, or changed', () => {
    const bytes = classFile(RUNTIME, ['text']);
    for (let at = 0; at < bytes.length; at++) {
      readClassFile(bytes.subarray(0, at));
      const changed = Buffer.from(bytes);
      changed.writeUInt8(255, at);
      readClassFile(changed);
    }
    expect(readClassFile(bytes)?.texts).toEqual(['text']);
    expect(readClassFile(bytes)?.uses).toContain('java/lang/Runtime.exec');
  });
});

const readAll = async (bytes: Buffer): Promise<string[]> => {
  const texts: string[] = [];
  for (const { read } of (await readZip(bufferSource(bytes))) ?? []) {
    const content = await read();
    if (content) texts.push(content.toString());
  }
  return texts;
};
