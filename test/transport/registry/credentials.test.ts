import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { editAuths } from '../../../src/transport/registry/auth/edit-auth-file.ts';
import { findCredential } from '../../../src/transport/registry/auth/credentials.ts';
import { environmentRegistry } from '../../../src/transport/registry/auth/environment-credential.ts';
import { tempFolder } from '../../support/temp-folder.ts';

let home: string;
let env: Record<string, string>;
beforeEach(() => {
  home = tempFolder();
  env = { PATH: `${join(home, 'bin')}:${process.env['PATH'] ?? ''}` };
});

const write = (path: string, content: unknown): string => {
  const place = join(home, path);
  mkdirSync(dirname(place), { recursive: true });
  writeFileSync(place, typeof content === 'string' ? content : JSON.stringify(content));
  return place;
};

const auth = (text: string): { auth: string } => ({ auth: Buffer.from(text).toString('base64') });
const entry = (user: string) => ({ auths: { 'r.example': auth(`${user}:x`) } });
const find = (registry: string, repository?: string) =>
  findCredential({ registry, repository, env, home });
const basic = (username: string, password: string) => ({ kind: 'basic', username, password });

test('logins that the caller knows go before the environment and files', async () => {
  write('.docker/config.json', entry('file'));
  const logins = { 'R.example': { username: 'caller', password: 'x' } };
  const known = { ...env, RESLIM_USERNAME: 'environment', RESLIM_PASSWORD: 'y' };
  const request = { registry: 'r.example', home, env: known, fromEnvironment: true };
  expect(await findCredential({ ...request, logins })).toEqual(basic('caller', 'x'));
  expect(await findCredential(request)).toEqual(basic('environment', 'y'));
  expect(await findCredential({ ...request, registry: 's.example', logins })).toEqual(
    basic('environment', 'y'),
  );
});

/** A credential helper that answers from a file of its own, and notes how it was called. */
const installHelper = (name: string, body: string): void => {
  const path = write(`bin/docker-credential-${name}`, `#!/bin/sh\n${body}\n`);
  chmodSync(path, 0o755);
};

describe('auth files', () => {
  test('give no credential where there is none', async () => {
    expect(await find('registry.example')).toBeUndefined();
  });

  test.each([
    ['registry.example', 'registry.example'],
    ['https://registry.example/v2/', 'registry.example'],
    ['https://registry.example', 'registry.example'],
    ['registry.example:5000', 'registry.example:5000'],
    ['https://index.docker.io/v1/', 'docker.io'],
    ['docker.io', 'docker.io'],
    ['registry-1.docker.io', 'docker.io'],
    ['REGISTRY.example', 'registry.example'],
  ])('the key %s is for %s', async (key, registry) => {
    write('.docker/config.json', { auths: { [key]: auth('me:pa:ss') } });
    expect(await find(registry)).toEqual(basic('me', 'pa:ss'));
    expect(await find('other.example')).toBeUndefined();
  });

  test('have the port as part of the host', async () => {
    write('.docker/config.json', { auths: { 'registry.example': auth('me:pass') } });
    expect(await find('registry.example:5000')).toBeUndefined();
  });

  test('are read with all kinds of entries', async () => {
    write('.docker/config.json', {
      auths: {
        'token.example': { ...auth('me:x'), identitytoken: 'refresh' },
        'bearer.example': { registrytoken: 'jwt' },
        'plain.example': { username: 'me', password: 'pass' },
        'padded.example': auth('me:pass\0\0'),
        'empty.example': {},
      },
    });
    expect(await find('token.example')).toEqual({ kind: 'identity', token: 'refresh' });
    expect(await find('bearer.example')).toEqual({ kind: 'registry', token: 'jwt' });
    expect(await find('plain.example')).toEqual(basic('me', 'pass'));
    expect(await find('padded.example')).toEqual(basic('me', 'pass'));
    expect(await find('empty.example')).toBeUndefined();
  });

  test('give the credential of the narrowest namespace', async () => {
    write('.config/containers/auth.json', {
      auths: {
        'quay.example': auth('host:1'),
        'quay.example/team': auth('team:2'),
        'quay.example/team/app': auth('app:3'),
      },
    });
    expect(await find('quay.example', 'team/app')).toEqual(basic('app', '3'));
    expect(await find('quay.example', 'team/other')).toEqual(basic('team', '2'));
    expect(await find('quay.example', 'teamwork/app')).toEqual(basic('host', '1'));
    expect(await find('quay.example')).toEqual(basic('host', '1'));
  });

  test('are searched in order until one has a credential', async () => {
    env['XDG_RUNTIME_DIR'] = join(home, 'run');
    env['DOCKER_CONFIG'] = join(home, 'docker');
    write('.config/containers/auth.json', entry('config'));
    expect(await find('r.example')).toEqual(basic('config', 'x'));
    write('run/containers/auth.json', entry('runtime'));
    expect(await find('r.example')).toEqual(basic('runtime', 'x'));
    write('docker/config.json', entry('docker'));
    expect(await find('r.example')).toEqual(basic('docker', 'x'));
    env['REGISTRY_AUTH_FILE'] = write('named.json', entry('named'));
    expect(await find('r.example')).toEqual(basic('named', 'x'));
    write('named.json', {});
    expect(await find('r.example')).toEqual(basic('docker', 'x'));
  });

  test('are named, and not quoted, when they are broken', async () => {
    write('.docker/config.json', '{"auths": {"r.example": {"auth": "c2VjcmV0OnNlY3JldA==" "');
    await expect(find('r.example')).rejects.toMatchObject({
      code: 'usage',
      message: expect.not.stringContaining('c2Vj') as string,
    });
    write('.docker/config.json', { auths: { 'r.example': { auth: 'bm8tY29sb24=' } } });
    await expect(find('r.example')).rejects.toMatchObject({
      code: 'usage',
      message: expect.not.stringContaining('bm8t') as string,
    });
  });
});

describe('credential helpers', () => {
  test("are asked for the host on standard input, with Docker Hub's old key", async () => {
    installHelper(
      'lab',
      'cat > "$0.in"; echo "$@" > "$0.args"; echo \'{"ServerURL":"x","Username":"me","Secret":"pass"}\'',
    );
    write('.docker/config.json', { credHelpers: { 'docker.io': 'lab' } });
    expect(await find('docker.io')).toEqual(basic('me', 'pass'));
    expect(readFileSync(join(home, 'bin/docker-credential-lab.in'), 'utf8')).toBe(
      'https://index.docker.io/v1/',
    );
    expect(readFileSync(join(home, 'bin/docker-credential-lab.args'), 'utf8')).toBe('get\n');
    expect(await find('other.example')).toBeUndefined();
  });

  test('are asked as the store of all hosts, before the file', async () => {
    installHelper(
      'store',
      'read -r key; case "$key" in known*) echo \'{"Username":"<token>","Secret":"refresh"}\';; *) echo "credentials not found in native keychain"; exit 1;; esac',
    );
    write('.docker/config.json', {
      credsStore: 'store',
      auths: { 'known.example': {}, 'file.example': auth('me:file') },
    });
    expect(await find('known.example')).toEqual({ kind: 'identity', token: 'refresh' });
    expect(await find('file.example')).toEqual(basic('me', 'file'));
    expect(await find('none.example')).toBeUndefined();
  });

  test.each([
    ['fails', 'echo "secret-thing"; exit 3', 'failed with status 3'],
    ['answers nonsense', 'echo secret-thing', 'not JSON'],
    ['answers too little', 'echo "{}"', 'no user name and secret'],
    ['floods', 'yes secret-thing', 'failed with status none'],
  ])('are named, without their output, when one %s', async (_, body, message) => {
    installHelper('bad', body);
    write('.docker/config.json', { credsStore: 'bad' });
    const error: Error = await find('r.example').then(
      () => new Error('nothing happened'),
      (reason: Error) => reason,
    );
    expect(error.message).toContain(message);
    expect(error.message).toContain('docker-credential-bad');
    expect(error.message).not.toContain('secret-thing');
  });

  test('are reported when one is not installed, and a path is refused as a name', async () => {
    write('.docker/config.json', { credsStore: 'gone' });
    await expect(find('r.example')).rejects.toMatchObject({
      message: 'docker-credential-gone is not installed',
    });
    write('.docker/config.json', { credsStore: '../../bin/sh' });
    await expect(find('r.example')).rejects.toMatchObject({ code: 'usage' });
  });
});

describe('the login of the environment', () => {
  const given = { RESLIM_USERNAME: 'ci', RESLIM_PASSWORD: 'pass' };

  test('is used for the registry it is meant for', async () => {
    write('.docker/config.json', { auths: { 'r.example': auth('me:file') } });
    Object.assign(env, given);
    expect(
      await findCredential({ registry: 'r.example', env, home, fromEnvironment: true }),
    ).toEqual(basic('ci', 'pass'));
    expect(await find('r.example')).toEqual(basic('me', 'file'));
  });

  test('belongs to the only registry of a run', () => {
    expect(environmentRegistry(['r.example', 'r.example'], given)).toBe('r.example');
    expect(environmentRegistry([], given)).toBeUndefined();
    expect(environmentRegistry(['a.example', 'b.example'], {})).toBeUndefined();
  });

  test('needs the name of one of several registries', () => {
    expect(() => environmentRegistry(['a.example', 'b.example'], given)).toThrow(
      /several registries/,
    );
    expect(
      environmentRegistry(['a.example', 'b.example'], { ...given, RESLIM_REGISTRY: 'b.example' }),
    ).toBe('b.example');
  });

  test('is refused when half of it is missing', () => {
    expect(() => environmentRegistry(['a.example'], { RESLIM_USERNAME: 'ci' })).toThrow(/not set/);
  });
});

describe('editing an auth file', () => {
  test('keeps what it does not know, and is for the owner only', async () => {
    const path = write('.docker/config.json', {
      auths: { a: auth('a:b') },
      proxies: { default: { httpProxy: 'x' } },
    });
    chmodSync(path, 0o644);
    await editAuths(path, (auths) => ({ ...auths, b: auth('c:d') }));
    expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual({
      auths: { a: auth('a:b'), b: auth('c:d') },
      proxies: { default: { httpProxy: 'x' } },
    });
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  test('keeps a link as a link', async () => {
    const real = write('real.json', {});
    const link = join(home, 'link.json');
    symlinkSync(real, link);
    await editAuths(link, () => ({ x: auth('a:b') }));
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
    expect(readFileSync(real, 'utf8')).toContain('"x"');
  });

  test('makes a missing folder, for the owner only', async () => {
    const path = join(home, 'new/config.json');
    await editAuths(path, () => ({}));
    expect(statSync(dirname(path)).mode & 0o777).toBe(0o700);
  });
});
