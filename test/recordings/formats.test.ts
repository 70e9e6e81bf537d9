import { expect, test } from 'vitest';
import { readRecording } from '../../src/recordings/read-recording.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { readText } from './read-text.ts';

const found = async (text: string): Promise<string[]> =>
  (await readText(text)).files.map(({ use, path, line }) => `${use} ${path} ${line ?? '-'}`);

test('fatrace, with each of its options', async () => {
  expect(
    await found(
      [
        'nginx(875): RO  /etc/nginx/nginx.conf',
        '12:13:14.123456 my (odd) name(12): RCO /srv/a b',
        '1700000000.123456 sh(1) [1000:1000]: O   /srv/c',
        'compiz(1971): O   device 8:2 inode 658203',
        'touch(3): +   /srv/new',
        'touch(3): CWO /srv/d exe=/usr/bin/touch, parents=(pid=1 comm=sh exe=/bin/sh)',
      ].join('\n'),
    ),
  ).toEqual([
    'opened /etc/nginx/nginx.conf 1',
    'opened /srv/a b 2',
    'opened /srv/c 3',
    'started /usr/bin/touch 6',
    'opened /srv/d 6',
  ]);
});

test('fatrace as JSON', async () => {
  expect(
    await found(
      [
        '{"comm":"sh","pid":1,"types":"RO","path":"/srv/a"}',
        '{"comm":"sh","pid":1,"types":"O","path_raw":[47,255]}',
        '{"comm":"sh","pid":1,"types":"D","path":"/srv/gone"}',
      ].join('\n'),
    ),
  ).toEqual(['opened /srv/a 1', 'opened /\xff 2']);
});

test.each([
  [
    'bcc',
    'PID    COMM               FD ERR PATH',
    '1576   snmp d             11   0 /etc/a b',
    '1576   snmpd              -1   2 /etc/none',
  ],
  [
    'bcc with options',
    'TIME(s)       UID   PID    COMM               FD ERR FLAGS    PATH',
    '0.000000000   0     1576   snmp d             11   0 00100000 /etc/a b',
    '0.000000000   0     1576   snmpd              -1   2 00100000 /etc/none',
  ],
  [
    'bpftrace',
    'Attaching 6 probes...\nTracing open syscalls... Hit Ctrl-C to end.\nPID    COMM               FD ERR PATH',
    '1576   snmp d             11   0 /etc/a b',
    '1576   snmpd              -1   2 /etc/none',
  ],
])('opensnoop, of %s', async (_, head, ...rows) => {
  const line = head.split('\n').length + 1;
  expect(await found([head, ...rows].join('\n'))).toEqual([`opened /etc/a b ${line}`]);
});

test('relative paths of opensnoop are counted', async () => {
  const { unplaced, files } = await readText('PID COMM FD ERR PATH\n1 a 3 0 etc/x\n');
  expect({ unplaced, files }).toEqual({ unplaced: 1, files: [] });
});

test('creport.json of slim, in one line or many', async () => {
  const report = {
    monitors: { fan: {}, pt: {} },
    image: {
      files: [
        { file_type: 'File', file_path: '/bin/x', flags: { R: true, X: true } },
        { file_type: 'File', file_path: '/etc/ä', flags: { R: true } },
        { file_type: 'Dir', file_path: '/run' },
        { file_path: 7 },
        null,
      ],
    },
  };
  const all = ['started /bin/x -', 'opened /etc/Ã¤ -', 'asked /run -'];
  expect(await found(JSON.stringify(report))).toEqual(all);
  expect(await found(JSON.stringify(report, undefined, 2))).toEqual(all);
});

test.each([
  ['nothing', ''],
  ['other text', 'hello\nworld\n'],
  ['other JSON', '{"a": 1}'],
  ['broken JSON', '{"image": {"files": ['],
  ['a list', '[]'],
  ['null', 'null'],
  ['a binary', `\x7fELF${'\0'.repeat(1000)}`],
])('%s is no trace', async (_, text) => {
  await expect(readText(text)).rejects.toMatchObject({
    code: 'usage',
    message: expect.stringMatching(/^not a trace: /),
    hint: expect.stringContaining('strace -f'),
  });
});

test('a file that is not there, and a folder', async () => {
  await expect(readRecording('/nowhere/trace')).rejects.toMatchObject({
    code: 'not-found',
    message: 'no such trace: /nowhere/trace',
  });
  await expect(readRecording(tempFolder())).rejects.toMatchObject({ code: 'usage' });
});

test.each([
  ['fatrace', 'a(1): O /x', `a(1): O /${' exe=/, parents=('.repeat(15_000)}`],
  ['fatrace', 'a(1): O /x', `${'('.repeat(100_000)}(1): O`],
  ['opensnoop', 'PID COMM FD ERR PATH', `1 a 3 0 /${' '.repeat(250_000)}x`],
  ['opensnoop', 'PID COMM FD ERR PATH', '1 '.repeat(120_000)],
  ['strace', 'open("/x", 0) = 3', `open("/a", 0${') = '.repeat(60_000)}`],
  ['strace', 'open("/x", 0) = 3', `open("/a", 0) = 3<${'> '.repeat(120_000)}!`],
  ['strace', 'open("/x", 0) = 3', `open("${'/overlay/'.repeat(25_000)}", 0) = 3`],
  ['strace', 'open("/x", 0) = 3', `${'1 '.repeat(120_000)}open("/a", 0) = 3`],
])('a line that is made to take long does not: %s %#', async (_, first, line) => {
  const start = Date.now();
  await readText([first, ...Array.from({ length: 20 }, () => line)].join('\n'));
  expect(Date.now() - start).toBeLessThan(3000);
});

test('hostile lines cost little, and what follows them counts', async () => {
  const long = 'x'.repeat(3_000_000);
  const start = Date.now();
  expect(
    await found(
      [
        'open("/a", O_RDONLY) = 3',
        long,
        `open("${'\\'.repeat(100_000)}`,
        `open("${'a'.repeat(5000)}", O_RDONLY) = 3`,
        `open("/a${' = '.repeat(50_000)}`,
        '('.repeat(200_000),
        'open("/b", O_RDONLY) = 3',
      ].join('\n'),
    ),
  ).toEqual(['opened /a 1', 'opened /b 7']);
  expect(Date.now() - start).toBeLessThan(5000);
});
