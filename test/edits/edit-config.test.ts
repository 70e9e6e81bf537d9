import { describe, expect, test } from 'vitest';
import type { ImageEdits } from '../../src/api/edits.ts';
import { editConfig } from '../../src/edits/edit-config.ts';
import { readEdits } from '../../src/edits/read-edits.ts';
import { digestOf } from '../../src/oci/digest.ts';
import { configOf, digestLike } from '../support/documents.ts';

const ROOTFS = `"rootfs":{"type":"layers","diff_ids":["${digestLike('1')}"]}`;

/** Edits a config that is text; the same edits again must change nothing. */
const edit = (text: string, edits: ImageEdits) => {
  const checked = readEdits(edits) ?? expect.unreachable();
  const { config, applied, losesCmd } = editConfig(configOf(text), checked);
  const again = editConfig(config, checked);
  expect(again).toEqual({ config, applied: [], losesCmd: false });
  expect(config.descriptor.digest).toBe(digestOf(config.bytes));
  expect(config.descriptor.size).toBe(config.bytes.length);
  return { text: new TextDecoder().decode(config.bytes), applied, losesCmd, value: config.value };
};

/** The member `config` of a config before and after. */
const runtime = (before: object, edits: ImageEdits): unknown => {
  const { text } = edit(`{"config":${JSON.stringify(before)},${ROOTFS}}`, edits);
  return (JSON.parse(text) as { config: unknown }).config;
};

test('members that edits do not name keep their bytes', () => {
  const text = `{ "z": 12345678901234567890, "config": { "Env": ["A=1"],
  "Labels": { "b":  "2", "a": "1" }, "odd": [ 1.0 ] },
  ${ROOTFS} }`;
  expect(edit(text, { labels: { a: '9' } }).text).toBe(text.replace('"a": "1"', '"a": "9"'));
  expect(edit(text, { env: { A: '2' } }).text).toBe(text.replace('"A=1"', '"A=2"'));
});

test('a config that has everything already is the same document', () => {
  const text = `{"config":{"Env":["A=1"],"User":"1","ExposedPorts":{"80":{}}},${ROOTFS}}`;
  const edits = { env: { A: '1' }, user: '1', expose: ['80/tcp'], unsetEnv: ['B'], workdir: '' };
  expect(edit(text, edits)).toMatchObject({ text, applied: [] });
});

test.each([`{${ROOTFS}}`, `{"config":null,${ROOTFS}}`, `{"config":{"Labels":null},${ROOTFS}}`])(
  'members come into %s',
  (text) => {
    const { text: after, applied } = edit(text, {
      env: { A: '1' },
      labels: { b: '2' },
      volumes: ['/data'],
      expose: ['80'],
      created: 0,
    });
    expect(JSON.parse(after)).toMatchObject({
      created: '1970-01-01T00:00:00Z',
      config: {
        Env: ['A=1'],
        Labels: { b: '2' },
        Volumes: { '/data': {} },
        ExposedPorts: { '80/tcp': {} },
      },
    });
    expect(applied).toEqual([
      { member: 'env', name: 'A', action: 'set' },
      { member: 'label', name: 'b', action: 'set' },
      { member: 'expose', name: '80/tcp', action: 'set' },
      { member: 'volume', name: '/data', action: 'set' },
      { member: 'created', action: 'set' },
    ]);
  },
);

describe('variables', () => {
  const Env = ['A=1', 'B=2', 'A=3', 'C'];
  test.each<[ImageEdits, readonly string[]]>([
    [{ env: { B: '', D: 'a=b' } }, ['A=1', 'B=', 'A=3', 'C', 'D=a=b']],
    [{ env: { A: '1' } }, ['A=1', 'B=2', 'C']],
    [{ unsetEnv: ['A', 'C'] }, ['B=2']],
    [{ unsetEnv: ['A', 'B'], env: { B: '9' } }, ['B=9', 'C']],
  ])('%j', (edits, after) => {
    expect(runtime({ Env }, edits)).toEqual({ Env: after });
  });
});

test('labels with names that JavaScript has for itself are labels', () => {
  const before = { Labels: JSON.parse('{"__proto__":"a","constructor":"b"}') as object };
  expect(JSON.stringify(runtime(before, { unsetLabels: ['__proto__'] }))).toBe(
    '{"Labels":{"constructor":"b"}}',
  );
  const set = JSON.parse('{"__proto__":"x","toString":"y"}') as Record<string, string>;
  expect(JSON.stringify(runtime({}, { labels: set }))).toBe(
    '{"Labels":{"__proto__":"x","toString":"y"}}',
  );
  expect(JSON.stringify(runtime({ Labels: { a: '1' } }, { labels: set }))).toBe(
    '{"Labels":{"a":"1","__proto__":"x","toString":"y"}}',
  );
});

test('a new entrypoint takes the old command with it, unless there is a new one', () => {
  const before = { Entrypoint: ['old'], Cmd: ['arg'] };
  expect(runtime(before, { entrypoint: 'new' })).toEqual({ Entrypoint: ['new'] });
  expect(runtime(before, { entrypoint: 'old' })).toEqual(before);
  expect(runtime(before, { entrypoint: '' })).toEqual({ Cmd: ['arg'] });
  expect(runtime(before, { entrypoint: 'new', cmd: 'arg' })).toEqual({
    Entrypoint: ['new'],
    Cmd: ['arg'],
  });
  const text = `{"config":${JSON.stringify(before)},${ROOTFS}}`;
  expect(edit(text, { entrypoint: 'new' }).losesCmd).toBe(true);
  expect(edit(text, { entrypoint: 'old' }).losesCmd).toBe(false);
});

test('members are cleared', () => {
  const before = {
    User: 'a',
    WorkingDir: '/a',
    StopSignal: 'SIGINT',
    Healthcheck: { Test: ['CMD', 'a'] },
    Cmd: ['a'],
    Entrypoint: null,
    Volumes: { '/a': {}, '/b': {} },
    ExposedPorts: { '80/tcp': {}, '53': {} },
  };
  expect(
    runtime(before, {
      user: '',
      workdir: '',
      stopSignal: '',
      healthcheck: '',
      cmd: '',
      entrypoint: '',
      unsetVolumes: ['/a'],
      unsetExpose: ['80', '53/tcp'],
    }),
  ).toEqual({ Entrypoint: null, Volumes: { '/b': {} }, ExposedPorts: {} });
});

test('what comes after reads the new config', () => {
  const { value } = edit(`{"config":{},${ROOTFS}}`, {
    entrypoint: 'app --x',
    user: 'me',
    healthcheck: 'CMD ["check"]',
    volumes: ['/v'],
  });
  expect(value.runtime).toMatchObject({
    entrypoint: ['app', '--x'],
    user: 'me',
    healthcheck: ['check'],
    volumes: ['/v'],
  });
});

const buildInfo = (attrs: object): string =>
  Buffer.from(JSON.stringify({ frontend: 'dockerfile.v0', attrs })).toString('base64');

test('values of build arguments are gone from all places that builders write them to', () => {
  const config = {
    config: { Cmd: ['/bin/sh'] },
    container_config: { Cmd: ['|1', 'TOKEN=abc', '/bin/sh', '-c', 'make TOKEN=abc'], Env: ['A=1'] },
    'moby.buildkit.buildinfo.v1': buildInfo({ 'build-arg:TOKEN': 'abc', filename: 'Dockerfile' }),
    history: [
      { created_by: '/bin/sh -c #(nop)  ARG TOKEN' },
      { created_by: '|1 TOKEN=abc /bin/sh -c make', comment: 'stays' },
      { comment: 'without created_by' },
    ],
    rootfs: { type: 'layers', diff_ids: [digestLike('1')] },
  };
  const { text, applied } = edit(JSON.stringify(config), { scrubBuildArgs: true });
  expect(JSON.parse(text)).toEqual({
    ...config,
    container_config: { Cmd: ['|1', 'TOKEN=***', '/bin/sh', '-c', 'make TOKEN=abc'], Env: ['A=1'] },
    'moby.buildkit.buildinfo.v1': buildInfo({ 'build-arg:TOKEN': '***', filename: 'Dockerfile' }),
    history: [
      config.history[0],
      { created_by: '|1 TOKEN=*** /bin/sh -c make', comment: 'stays' },
      config.history[2],
    ],
  });
  expect(applied).toEqual([{ member: 'build-arg', name: 'TOKEN', action: 'unset' }]);
});

test('build information that cannot be read goes', () => {
  const { text } = edit(`{"moby.buildkit.buildinfo.v1":"!!","config":{},${ROOTFS}}`, {
    scrubBuildArgs: true,
  });
  expect(text).toBe(`{"config":{},${ROOTFS}}`);
});

test('a variable that is unset is gone from the history, and from what the last step ran with', () => {
  const config = {
    config: { Env: ['A=secret', 'B=2'] },
    container_config: { Env: ['A=secret', 'B=2'] },
    history: [{ created_by: 'ENV A=secret B=2' }, { created_by: '/bin/sh -c #(nop)  ENV A=old' }],
    rootfs: { type: 'layers', diff_ids: [digestLike('1')] },
  };
  const { text, applied } = edit(JSON.stringify(config), { unsetEnv: ['A'] });
  expect(JSON.parse(text)).toEqual({
    ...config,
    config: { Env: ['B=2'] },
    container_config: { Env: ['B=2'] },
    history: [{ created_by: 'ENV A=*** B=2' }, { created_by: '/bin/sh -c #(nop)  ENV A=***' }],
  });
  expect(applied).toEqual([{ member: 'env', name: 'A', action: 'unset' }]);
});
