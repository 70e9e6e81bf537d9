import { strict as assert } from 'node:assert';
import { execFileSync } from 'node:child_process';
import { deflateRawSync, gzipSync } from 'node:zlib';
import { normalizePath, toBytes, toText } from '../../src/base/byte-path.ts';
import { bufferSource } from '../../src/elf/elf-source.ts';
import { readElf } from '../../src/elf/read-elf.ts';
import { ReslimError } from '../../src/base/errors.ts';
import { openCodec } from '../../src/codec/codec.ts';
import { zstdFrameCompressor } from '../../src/codec/zstd.ts';
import { decompress } from '../../src/codec/decompress.ts';
import type { Entry } from '../../src/layer/entry.ts';
import { encodePax, parsePax } from '../../src/layer/tar/pax.ts';
import { rewriteHeader, type HeaderEdit } from '../../src/layer/tar/rewrite-header.ts';
import { DEFAULT_LIMITS } from '../../src/base/limits.ts';
import { readConfig } from '../../src/oci/config.ts';
import { digestOf, isDigest, parseDigest } from '../../src/oci/digest.ts';
import { readIndex, readManifest } from '../../src/oci/manifest.ts';
import { compressionOf, DOCKER, isLayerType, layerTypeFor, OCI } from '../../src/oci/media-type.ts';
import { formatPlatform, parsePlatform } from '../../src/oci/platform.ts';
import { formatReference, parseReference, splitCandidates } from '../../src/oci/reference.ts';
import { rewriteConfig } from '../../src/write/rewrite-config.ts';
import { rewriteManifest } from '../../src/write/rewrite-manifest.ts';
import type { WrittenLayer } from '../../src/write/write-layer.ts';
import { parseProfile } from '../../src/profiles/parse-profile.ts';
import { createMatcher, matchPath } from '../../src/rules/matcher.ts';
import { nodeAt, walk } from '../../src/tree/node.ts';
import { resolvePath } from '../../src/tree/resolve.ts';
import { squashLayers } from '../../src/tree/squash.ts';
import { readDockerManifest } from '../../src/transport/archive/docker-manifest.ts';
import { base256, END, GNU, gnuLong, header, member, pax, V7 } from '../support/raw-tar.ts';
import { inflate, inflateByZlib } from '../support/raw-inflate.ts';
import { readTar } from '../support/read-tar.ts';
import type { Target } from './fuzz.ts';

/** The result, or `undefined` where the input is refused; anything but a `ReslimError` goes through. */
const attempt = <T>(run: () => T): T | undefined => {
  try {
    return run();
  } catch (error) {
    checkRefusal(error);
    return undefined;
  }
};

/** A refusal is one line, and short enough to read. */
const checkRefusal = (error: unknown): void => {
  if (!(error instanceof ReslimError)) throw error;
  assert(error.message.length < 20_000, `a message of ${error.message.length} characters`);
};

const textOf = (input: Buffer): string => input.toString('utf8');

// --- tar -------------------------------------------------------------------------------------------

const HEADER_EDITS: readonly HeaderEdit[] = [
  { path: 'new' },
  { path: 'long/'.repeat(60) + 'x' },
  { path: 'caf\xe9/'.repeat(60) + 'x' },
  { linkTo: 'long/'.repeat(60) + 'x' },
  { mtime: 12_345 },
];

const runTar = (input: Buffer): void => {
  const whole = attempt(() => readTar(input));
  assert.deepEqual(
    attempt(() => readTar(input, { chunk: 97 })),
    whole,
    'chunks matter',
  );
  if (!whole) return;
  for (const entry of whole.slice(0, 4)) checkEntry(entry, input);
  const lower = whole.map((entry) => ({ ...entry, layer: 0 }));
  const upper = whole.map((entry) => ({ ...entry, layer: 1 }));
  const tree = attempt(() => squashLayers([lower, upper]));
  if (!tree) return;
  for (const [path, node] of walk(tree.root)) {
    assert.equal(nodeAt(tree.root, path), node);
    if (node.entry?.linkTarget !== undefined)
      resolvePath(tree.root, node.entry.linkTarget, node.parent);
  }
};

const checkEntry = (entry: Entry, tar: Buffer): void => {
  const { offset, headerSize, bodySize, path } = entry;
  assert(offset % 512 === 0 && headerSize >= 512 && headerSize % 512 === 0);
  assert(bodySize >= 0 && offset + headerSize + bodySize <= tar.length, 'past the end');
  assert.equal(normalizePath(path, ''), path);
  const raw = tar.subarray(offset, offset + headerSize);
  for (const edit of HEADER_EDITS) {
    // Folders keep their names.
    if (entry.type === 'directory' && edit.mtime === undefined) continue;
    const start = offset + headerSize;
    const body = Buffer.alloc(Math.ceil(bodySize / 512) * 512);
    tar.copy(body, 0, start, start + bodySize);
    const { oldForm, ...plain } = entry;
    const changed = rewriteHeader(raw, edit);
    const [read, ...more] = readTar(
      edit.linkTo === undefined ? Buffer.concat([changed, body]) : changed,
    );
    assert.equal(more.length, 0);
    assert.deepEqual(read, {
      ...plain,
      ...(oldForm && edit.linkTo === undefined && { oldForm }),
      offset: 0,
      headerSize: read?.headerSize,
      ...(edit.path !== undefined && { path: edit.path }),
      ...(edit.mtime !== undefined && { mtime: edit.mtime }),
      ...(edit.linkTo !== undefined && {
        type: 'link',
        linkTarget: edit.linkTo,
        size: 0,
        bodySize: 0,
      }),
    });
  }
};

/** Correct checksums, so that damaged bytes are parsed in spite of the damage. */
const repairTar = (input: Buffer): Buffer => {
  const bytes = Buffer.from(input);
  for (let at = 0; at + 512 <= bytes.length;) {
    const block = bytes.subarray(at, at + 512);
    at += 512;
    if (block.every((byte) => byte === 0)) continue;
    block.fill(0x20, 148, 156);
    const sum = block.reduce((total, byte) => total + byte, 0);
    block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
    const size = Number.parseInt(block.toString('latin1', 124, 136), 8);
    if (size > 0 && !'12345'.includes(String.fromCharCode(block[156] as number)))
      at += Math.ceil(size / 512) * 512;
  }
  return bytes;
};

const SPARSE = [
  ['GNU.sparse.major', '1'],
  ['GNU.sparse.minor', '0'],
  ['GNU.sparse.name', 'disk'],
  ['GNU.sparse.realsize', '100'],
] as const;

const TAR_SEEDS: readonly Buffer[] = [
  Buffer.concat([
    member({ name: 'a/b', prefix: 'usr' }, 'body'),
    member({ name: 'l', flag: '1', linkName: 'usr/a/b' }),
    END,
  ]),
  Buffer.concat([
    gnuLong('L', 'n'.repeat(120)),
    gnuLong('K', 't'.repeat(120)),
    member({ flag: '2', magic: GNU }),
    END,
  ]),
  Buffer.concat([
    pax([
      ['path', 'p/q'],
      ['size', '4'],
      ['mtime', '1.5'],
      ['SCHILY.xattr.user.x', '\xff\0=\n'],
    ]),
    member({}, 'body'),
    END,
  ]),
  Buffer.concat([pax(SPARSE), member({ name: 'x' }, `${'1\n0\n4\n'.padEnd(512, '\0')}body`), END]),
  Buffer.concat([pax([['path', 'x']], 'g'), member({ name: 'd/', flag: '\0', magic: V7 }), END]),
  Buffer.concat([
    header({
      name: 's',
      flag: 'S',
      magic: GNU,
      size: 4,
      patch: [
        [386, '00000000000\x0000000000004\0'],
        [482, '\x01'],
        [483, '00000000010\0'],
      ],
    }),
    Buffer.alloc(512),
    Buffer.from('body'.padEnd(512, '\0')),
    END,
  ]),
  Buffer.concat([
    member({ uid: base256(2n ** 31n, 8), mtime: base256(-1n, 12), magic: GNU, prefix: 'usr/x' }),
    END,
  ]),
  Buffer.concat([
    member({ name: '.wh.a' }),
    member({ name: 'd/.wh..wh..opq' }),
    member({ flag: '3', devMajor: '0000001\0' }),
    END,
  ]),
];

const PAX_KEYS = [
  'path',
  'linkpath',
  'size',
  'mtime',
  'uid',
  'GNU.sparse.name',
  'GNU.sparse.major',
  'GNU.sparse.map',
  'GNU.sparse.numblocks',
  'GNU.sparse.offset',
  'GNU.sparse.numbytes',
  'SCHILY.xattr.a',
];

const runPax = (input: Buffer): void => {
  const records = parsePax(input);
  if (!records) return;
  assert.deepEqual(parsePax(encodePax(records)), records);
};

// --- documents -------------------------------------------------------------------------------------

const DIGEST = digestOf(Buffer.from('x'));
const DESCRIPTOR = { mediaType: OCI.manifest, digest: DIGEST, size: 1 } as const;
const MANIFEST = {
  schemaVersion: 2,
  mediaType: OCI.manifest,
  config: { ...DESCRIPTOR, mediaType: OCI.config },
  layers: [{ ...DESCRIPTOR, mediaType: OCI.layer, annotations: { a: 'b' }, urls: ['https://x'] }],
  annotations: { a: 'b' },
  subject: DESCRIPTOR,
};
const INDEX = {
  schemaVersion: 2,
  manifests: [
    {
      ...DESCRIPTOR,
      platform: {
        os: 'linux',
        architecture: 'arm',
        variant: 'v7',
        'os.version': '1',
        'os.features': ['a'],
      },
      artifactType: 'x',
    },
  ],
};
const CONFIG = {
  os: 'linux',
  architecture: 'amd64',
  created: '2020-01-01T00:00:00Z',
  rootfs: { type: 'layers', diff_ids: [DIGEST] },
  history: [{ created_by: 'RUN x', empty_layer: true, created: '2030-01-01T00:00:00Z' }, {}],
  config: {
    Env: ['A=b'],
    Cmd: ['sh'],
    User: 'u',
    Volumes: { '/v': {} },
    Labels: { a: 'b' },
    Healthcheck: { Test: ['CMD', 'x'] },
  },
};

const LAYER: WrittenLayer = {
  descriptor: { mediaType: OCI.layer, digest: DIGEST, size: 7 },
  diffId: DIGEST,
  unpackedSize: 7,
  from: undefined,
  carried: false,
};

const runDocument = (input: Buffer): void => {
  const descriptor = DESCRIPTOR;
  attempt(() => readIndex(input, OCI.index, 'index x'));
  attempt(() => readDockerManifest(input, 'manifest.json'));
  const config = attempt(() => readConfig(input, 'config x'));
  if (config) {
    const written = attempt(() =>
      rewriteConfig({ descriptor, bytes: input, value: config }, [LAYER], { timestamp: 1 }),
    );
    if (written) assert.deepEqual(readConfig(written, 'config x').diffIds, [DIGEST]);
  }
  const manifest = attempt(() => readManifest(input, OCI.manifest, 'manifest x'));
  if (!manifest) return;
  const options = {
    manifestType: OCI.manifest,
    toOci: false,
    config: { digest: DIGEST, size: 3 },
    layers: [LAYER],
    annotations: { k: 'v' },
  };
  const written = attempt(() =>
    rewriteManifest({ descriptor, bytes: input, value: manifest }, options),
  );
  if (!written) return;
  const { layers, config: stored, annotations } = readManifest(written, OCI.manifest, 'manifest x');
  assert.deepEqual(
    [layers.length, layers[0]?.digest, stored.size, annotations['k']],
    [1, DIGEST, 3, 'v'],
  );
};

const json = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));

// --- texts -----------------------------------------------------------------------------------------

const runReference = (input: Buffer): void => {
  const text = textOf(input);
  splitCandidates(text);
  const reference = attempt(() => parseReference(text));
  if (reference) assert.deepEqual(parseReference(formatReference(reference)), reference);
};

const runMediaType = (input: Buffer): void => {
  const text = textOf(input);
  if (isLayerType(text)) layerTypeFor(OCI.manifest, compressionOf(text));
  const digest = attempt(() => parseDigest(text, 'x'));
  if (digest !== undefined) assert(isDigest(digest) && /^sha(256|512):[0-9a-f]+$/.test(digest));
  const platform = attempt(() => parsePlatform(text));
  if (platform) assert.deepEqual(parsePlatform(formatPlatform(platform)), platform);
};

const PATHS = [
  'a',
  'a/b',
  'usr/lib/python3/dist-packages/x.pyc',
  'a'.repeat(200),
  `${'a/'.repeat(100)}b`,
  '[x]',
  '.e',
  'caf\xe9',
];

const runGlob = (input: Buffer): void => {
  const matcher = attempt(() => createMatcher([textOf(input)]));
  if (matcher) for (const path of PATHS) matchPath(matcher, path);
};

const runPath = (input: Buffer): void => {
  const raw = input.toString('latin1');
  const path = attempt(() => normalizePath(raw, 'x'));
  if (path === undefined) return;
  assert.equal(normalizePath(path, 'x'), path);
  assert(!path.startsWith('/') && !path.endsWith('/') && !path.split('/').includes('..'));
  const text = toText(path);
  if (!text.includes('\\x')) assert.equal(toBytes(text), path);
};

const PROFILE = `name: x
title: X
detect: { paths: [/a], env: [B] }
rules:
  - { id: y, match: /a/**, except: [/a/b], level: lean, category: cache, reason: r, source: 'https://x', requires: { exists: /x } }
keep:
  - { id: z, match: ['/c'], reason: r, source: 'https://x' }
`;

const codec = openCodec();

const runDecompress = async (input: Buffer): Promise<void> => {
  const limits = { ...DEFAULT_LIMITS, layerSize: 4_000_000 };
  try {
    const { tar } = await decompress(pieces(input), {
      limits,
      where: 'layer 0',
      algorithm: 'sha256',
      codec,
    });
    for await (const chunk of tar) assert(chunk.length >= 0);
  } catch (error) {
    checkRefusal(error);
  }
};

async function* pieces(input: Buffer): AsyncGenerator<Buffer> {
  for (let at = 0; at < input.length; at += 700) yield input.subarray(at, at + 700);
}

/** It takes what zlib takes, to the byte, and refuses all else; where input ends must not matter. */
const runInflate = (input: Buffer): void => {
  const theirs = inflateByZlib(input);
  for (const size of [500_000, 64]) {
    const ours = inflate(input, size);
    if (theirs.failure) assert(ours.failure, 'zlib refuses it');
    else assert.deepEqual(ours, theirs);
  }
};

/** Every reader of foreign bytes. */
export const targets = (): readonly Target[] => {
  const text = Buffer.from('some text that repeats, some text that repeats\n'.repeat(40));
  const elf = Buffer.from(execFileSync('head', ['-c', '6000', process.execPath]));
  return [
    {
      name: 'tar',
      seeds: TAR_SEEDS,
      dictionary: [
        '\0',
        'ustar\x0000',
        'ustar  \0',
        'tar\0',
        '../',
        '.wh.',
        '.wh..wh..opq',
        ...'LKxgS0125',
      ],
      run: runTar,
      repair: repairTar,
    },
    {
      name: 'pax',
      seeds: [
        Buffer.from('8 path=x\n6 a=b\n', 'latin1'),
        Buffer.from('30 mtime=1350244992.023960108\n'),
      ],
      dictionary: PAX_KEYS.map((key) => `${key.length + 5} ${key}=x\n`),
      run: runPax,
    },
    {
      name: 'tar of PAX',
      seeds: PAX_KEYS.map((key) => Buffer.concat([pax([[key, '1']]), member({ name: 'f' }), END])),
      dictionary: PAX_KEYS,
      run: runTar,
      repair: repairTar,
    },
    {
      name: 'decompress',
      seeds: [
        gzipSync(text),
        Buffer.concat([gzipSync(text), gzipSync(text)]),
        Buffer.from(zstdFrameCompressor(3)(Buffer.from(text))),
        text,
      ],
      dictionary: ['\x1f\x8b\x08', '\x28\xb5\x2f\xfd', '\x50\x2a\x4d\x18\x04\0\0\0'],
      run: runDecompress,
    },
    {
      name: 'inflate',
      seeds: [
        ...[0, 1, 2, 3, 4].map((strategy) => deflateRawSync(text, { strategy })),
        deflateRawSync(elf),
        deflateRawSync(text, { level: 0 }),
      ],
      dictionary: ['\x03\0', '\0\0\0\xff\xff', '\x05\0', '\xed\xfd'],
      run: runInflate,
    },
    {
      name: 'documents',
      seeds: [
        json(MANIFEST),
        json(INDEX),
        json(CONFIG),
        json([{ Config: 'a.json', RepoTags: ['a:b'], Layers: ['l.tar'] }]),
      ],
      dictionary: [
        'null',
        '[]',
        '{}',
        '""',
        '-1',
        '1e999',
        'true',
        '"layers":',
        '"config":',
        '"history":',
        '"rootfs":',
        '"__proto__":',
        '\\u0000',
        DIGEST,
        '{"annotations":{',
        DOCKER.manifest,
      ],
      run: runDocument,
    },
    {
      name: 'references',
      seeds: [
        'oci:dir:tag',
        `oci-archive:f.tar@${DIGEST}`,
        'docker-archive:a.tar:img:1',
        'docker-archive:a:@1',
        'docker://host:5000/a/b:c',
        'docker-daemon:x',
        'C:\\a\\b:1',
        './x:y',
        '-',
      ].map((each) => Buffer.from(each)),
      dictionary: [':', '@', '/', 'oci:', 'sha256:', 'docker.io/', '@0', '\\'],
      run: runReference,
      maxSize: 600,
    },
    {
      name: 'media types',
      seeds: [OCI.layer, `${OCI.layer}+gzip`, DOCKER.layer, 'linux/arm/v7', DIGEST].map((each) =>
        Buffer.from(each),
      ),
      dictionary: ['+gzip', '+zstd', '.gzip', 'sha512:', '/'],
      run: runMediaType,
      maxSize: 400,
    },
    {
      name: 'globs',
      seeds: ['/a/**', '/usr/{lib,share}/**/*.py[co]', '**/@(a|b)/+(c)?', '/a/\\*', '/{1..5}'].map(
        (each) => Buffer.from(each),
      ),
      dictionary: [
        '**',
        '*',
        '?',
        '[!a]',
        '[[:alpha:]]',
        '@(',
        '+(',
        '!(',
        '|',
        '{',
        ',',
        '}',
        '\\',
        '..',
      ],
      run: runGlob,
      maxSize: 120,
    },
    {
      name: 'paths',
      seeds: ['./a/b', '/a//b/', 'a/../b', 'caf\xe9'].map((each) => Buffer.from(each, 'latin1')),
      dictionary: ['/', '.', '..', '\0', '//'],
      run: runPath,
      maxSize: 300,
    },
    {
      name: 'profiles',
      seeds: [Buffer.from(PROFILE)],
      dictionary: ['rules:', 'keep:', '&a', '*a', '<<:', '!!js', '|', '>', '- ', '{', '}', '\t'],
      run: (input) => attempt(() => parseProfile(textOf(input), 'p.yaml')),
      maxSize: 2000,
    },
    {
      name: 'elf',
      seeds: [elf],
      run: async (input) => {
        assert((await readElf(bufferSource(input)))?.problems.length !== -1);
      },
    },
  ];
};
