import { expect, test } from 'vitest';
import { readApk } from '../../../src/ecosystems/alpine/read-apk.ts';
import { packageSurvival } from '../../../src/ecosystems/surviving-packages.ts';
import { updateRecords } from '../../../src/ecosystems/update-records.ts';
import type { Node } from '../../../src/tree/node.ts';
import { factImage } from '../../support/fact-image.ts';

/** As apk 2.14 writes it; folders of packages have owner and mode where these are not root's 0755. */
const BUSYBOX = `C:Q1rS8Nu1dhzTzYyfkYNMm1fzsvXTs=
P:busybox
V:1.36.1-r15
A:x86_64
S:507831
D:so:libc.musl-x86_64.so.1
p:cmd:busybox=1.36.1-r15
r:busybox-initscripts
F:bin
R:busybox
a:0:0:755
Z:Q1U2jIJMRuPUODmJnDTgaFlyBvWjE=
R:sh
a:0:0:777
Z:Q1pcfTfDNEbNKQc2s1tia7da05M8Q=
F:etc
R:securetty
Z:Q1mB95Hq2NUTZ599RDiSsj9w5FrOU=
F:etc/udhcpd
M:0:0:700
R:udhcpc.conf
Z:Q1UAiPZcDIW1ClRzobfggcCQ77V28=
F:tmp
M:0:0:1777
F:usr
F:usr/sbin
`;
const TOOLS = `C:Q1PhM7Xc59t8XhlxlPxPVOIYtpyp8=
P:tools
V:2-r0
A:x86_64
F:usr
F:usr/bin
R:tool
a:0:0:755
Z:Q1r+bLonZkAyBix/HLgSeDsez22Zs=
F:usr/share
F:usr/share/man
F:usr/share/man/man1
R:tool.1.gz
Z:Q1oeZ6ZfkqlqNI3TOHZ5mTSPiGyOg=
`;
const VIRTUAL = `C:Q1KZXB4kXQm3oWnMLHHCXN4dIaTgI=
P:.group
V:20260101.000000
A:noarch
D:tools
`;
const DATABASE = [BUSYBOX, TOOLS, VIRTUAL].map((stanza) => `${stanza}\n`).join('');

const FILES = {
  'bin/busybox': 'b',
  'bin/sh': '-> /bin/busybox',
  'etc/securetty': 'x',
  'etc/udhcpd/udhcpc.conf': 'x',
  tmp: null,
  'usr/sbin': null,
  'usr/bin/tool': 't',
  'usr/share/man/man1/tool.1.gz': 'm',
  'lib/apk/db/installed': DATABASE,
};

/** The text of the database after files went; `undefined` where it does not change. */
const without = async (paths: readonly string[], lists: 'trimmed' | 'as-they-are' = 'trimmed') => {
  const image = await factImage(FILES);
  const { root, open } = image;
  const taken = new Set<Node | undefined>(paths.map((path) => image.at(path)));
  const isGone = (node: Node): boolean => taken.has(node);
  const { gone, partial } = packageSurvival(await readApk(root, open), isGone);
  const contents = await updateRecords(root, { packages: gone, isGone, lists }, open, () => {});
  const [changed] = contents.values();
  const bytes = Buffer.alloc(changed?.size ?? 0);
  await changed?.read(bytes, 0);
  await image.close();
  return {
    text: changed && bytes.toString(),
    gone: gone.map(({ name }) => name),
    partial: partial.map((each) => [each.package.name, each.kept, each.total]),
  };
};

test('files that are gone are not listed, with all that is said of them', async () => {
  const { text, gone, partial } = await without([
    'bin/sh',
    'etc/udhcpd/udhcpc.conf',
    'etc/udhcpd',
    'usr/share/man/man1/tool.1.gz',
  ]);
  expect(gone).toEqual(['.group']);
  expect(partial).toEqual([['busybox', 2, 4]]);
  expect(text).toBe(`C:Q1rS8Nu1dhzTzYyfkYNMm1fzsvXTs=
P:busybox
V:1.36.1-r15
A:x86_64
S:507831
D:so:libc.musl-x86_64.so.1
p:cmd:busybox=1.36.1-r15
r:busybox-initscripts
F:bin
R:busybox
a:0:0:755
Z:Q1U2jIJMRuPUODmJnDTgaFlyBvWjE=
F:etc
R:securetty
Z:Q1mB95Hq2NUTZ599RDiSsj9w5FrOU=
F:tmp
M:0:0:1777
F:usr
F:usr/sbin

C:Q1PhM7Xc59t8XhlxlPxPVOIYtpyp8=
P:tools
V:2-r0
A:x86_64
F:usr
F:usr/bin
R:tool
a:0:0:755
Z:Q1r+bLonZkAyBix/HLgSeDsez22Zs=
F:usr/share
F:usr/share/man
F:usr/share/man/man1

`);
});

test('a package with nothing but a manual page left is gone', async () => {
  const { text, gone } = await without(['usr/bin/tool']);
  expect(gone).toEqual(['tools', '.group']);
  expect(text).toBe(`${BUSYBOX}\n`);
});

test('a folder in the root may hold files that are gone', async () => {
  const { text } = await without(['etc/securetty']);
  expect(text).toContain('\nF:etc\nF:etc/udhcpd\nM:0:0:700\nR:udhcpc.conf\n');
});

test('lists stay as they are where nobody asked for more', async () => {
  const { text } = await without(['bin/sh'], 'as-they-are');
  expect(text).toBe(`${BUSYBOX}\n${TOOLS}\n`);
});
