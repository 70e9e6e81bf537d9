import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AnalyzedPackage, ImageAnalysis } from '../../../src/api/analysis.ts';
import type { FileDecision, ListedFile } from '../../../src/api/file-list.ts';
import type { MirrorPage } from '../../../src/api/mirror-page.ts';
import type { MinimalFindings } from '../../../src/api/use.ts';
import type { PageDocument } from '../../../src/api/page-document.ts';
import { inspectPage } from '../../../src/report/page/inspect-page.ts';
import { pageLines } from '../../../src/report/page/page-lines.ts';

const TEMPLATE = join(import.meta.dirname, '../../../dist/page.html');

export const htmlOf = (document: PageDocument | MirrorPage): string =>
  [...pageLines(readFileSync(TEMPLATE, 'utf8'), document)].join('');

const PACKAGE: AnalyzedPackage = {
  type: 'npm',
  name: 'express',
  version: '4.18.2',
  files: 2,
  bytes: 70_000,
  evidence: '/app/node_modules/express/package.json',
};

const DROP: FileDecision = {
  action: 'drop',
  rule: 'base/logs',
  category: 'log',
  reason: 'Logs of the build',
};

const USED: FileDecision = { action: 'keep', rule: '', category: '', reason: 'it is used' };

const UNUSED: FileDecision = {
  action: 'drop',
  rule: 'minimal/unused',
  category: 'unused',
  reason: 'Nothing leads to it',
};

/** What level `minimal` found out of the sample. */
const MINIMAL: MinimalFindings = {
  use: {
    confidence: 'open',
    open: [
      { kind: 'starts', place: '/app/main.js, line 9', word: '$TOOL', covered: false },
      { kind: 'loads', place: '/usr/lib/libc.so.6', word: 'modules', covered: true },
    ],
    costs: [
      { path: '/usr/bin/git', bytes: 6_300_000, files: 12, usedBy: 'line 3 starts /usr/bin/git' },
      { path: '/usr/bin/nc', bytes: 200_000, files: 1, usedBy: 'line 5 starts /usr/bin/nc' },
    ],
    partial: [],
  },
};

/** A file that stays at all levels, unless `parts` says otherwise. */
export const listed = (
  path: string,
  size: number,
  parts: Partial<ListedFile> = {},
): ListedFile => ({
  path,
  type: 'file',
  size,
  layer: 1,
  decisions: [undefined, undefined, USED],
  ...parts,
});

export const dropped = (path: string, size: number, layer: number = 1): ListedFile =>
  listed(path, size, { layer, decisions: [DROP, DROP, DROP] });

export const SAMPLE_FILES: readonly ListedFile[] = [
  listed('/app/main.js', 30_000, {
    layer: 2,
    usedBy: 'entrypoint of the config starts /app/main.js',
  }),
  listed('/app/node_modules/express/index.js', 50_000, { layer: 2, package: PACKAGE }),
  listed('/app/node_modules/express/package.json', 20_000, { layer: 2, package: PACKAGE }),
  listed('/usr/lib/libc.so.6', 200_000),
  listed('/usr/lib/copy.so', 40_000, {
    waste: { reason: 'copies', copyOf: '/usr/lib/libc.so.6' },
    decisions: [undefined, undefined, UNUSED],
  }),
  listed('/usr/share/doc/README', 15_000, {
    decisions: [
      undefined,
      { ...DROP, rule: 'base/doc', reason: 'Documentation' },
      { ...DROP, rule: 'base/doc', reason: 'Documentation' },
    ],
  }),
  dropped('/var/log/app.log', 90_000, 2),
  dropped('/var/log/dpkg.log', 60_000),
  { ...listed('/app/main.js', 25_000), decisions: [], waste: { reason: 'overwritten', by: 2 } },
];

const NO_WASTE = { total: 0, deleted: 0, overwritten: 0, metadata: 0, copies: 0 };
const DIGEST = `sha256:${'1'.repeat(64)}` as const;

/** A page with these files, on one platform or several. */
export const samplePage = (
  files: readonly ListedFile[] = SAMPLE_FILES,
  { platforms = ['linux/amd64'], name = 'app:1.0', steps = ['ADD base.tar /', 'COPY . /app'] } = {},
): string => {
  const total = files.reduce((sum, { size }) => sum + size, 0);
  const analysis: ImageAnalysis = {
    compressedSize: total / 2,
    unpackedSize: total,
    contentSize: total,
    files: files.length,
    fileSize: total,
    waste: NO_WASTE,
    efficiency: 1,
    layers: steps.map((step, at) => ({
      number: at + 1,
      count: steps.length,
      step,
      digest: DIGEST,
      diffId: DIGEST,
      mediaType: '',
      compressedSize: 1000,
      unpackedSize: 2000,
      ownSize: 1500,
      waste: { ...NO_WASTE, total: 100 },
      entries: 1,
    })),
    wasted: [],
    folders: [],
    largestFiles: [],
    packages: [PACKAGE],
    setuid: [],
    secrets: [],
    savings: [],
  };
  const images = platforms.map((platform) => ({
    platform,
    digest: DIGEST,
    compressedSize: total,
    config: {
      entrypoint: [],
      cmd: [],
      user: '',
      workingDir: '',
      env: [],
      volumes: [],
      healthcheck: [],
      labels: {},
    },
    steps: [],
    annotations: {},
    layers: [],
    analysis,
    files: { levels: ['safe', 'lean', 'minimal'], files },
    minimal: MINIMAL,
  }));
  return htmlOf(inspectPage({ name, images }, '0.1.0'));
};
