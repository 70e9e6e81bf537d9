import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { parseImageName } from '../../../src/oci/image-name.ts';
import { login } from '../../../src/transport/registry/auth/login.ts';
import { logout } from '../../../src/transport/registry/auth/logout.ts';
import { openRegistrySource } from '../../../src/transport/registry/registry-source.ts';
import { requireTools } from '../../support/requires.ts';
import { isolated } from './support/fast.ts';
import { makeImage, pull } from './support/images.ts';
import { describeRegistries } from './support/registries.ts';
import { run, USER, type Distribution } from './support/servers.ts';
import { BASIC, pullFrom, pushTo } from './support/transfer.ts';
import { tempFolder } from '../../support/temp-folder.ts';

let home: string;
beforeEach(() => {
  home = tempFolder();
});

describeRegistries('a registry with tokens', { distribution: ['openssl'] }, (start) => {
  let server: Distribution;
  beforeAll(async () => {
    server = await start({ auth: 'token' });
    await pushTo(`${server.host}/open/app:1.0`, makeImage(), { options: { credential: BASIC } });
    await pushTo(`${server.host}/secret/app:1.0`, makeImage(), { options: { credential: BASIC } });
  });
  afterAll(() => server.close());
  beforeEach(() => {
    server.tokens?.requests.splice(0);
  });

  test('lets anyone read what is open', async () => {
    expect(await pullFrom(`${server.host}/open/app:1.0`)).toHaveProperty('size', 4);
    expect(server.tokens?.requests).toEqual([
      { method: 'GET', user: undefined, scopes: ['repository:open/app:pull'] },
    ]);
  });

  test('asks for a login for all that is not open', async () => {
    await expect(pullFrom(`${server.host}/secret/app:1.0`)).rejects.toMatchObject({
      code: 'io',
      hint: `log in: reslim login ${server.host}`,
    });
    await expect(pushTo(`${server.host}/open/app:2.0`, makeImage())).rejects.toMatchObject({
      hint: `log in: reslim login ${server.host}`,
    });
  });

  test('refuses a wrong password, which is never shown', async () => {
    const credential = { kind: 'basic', username: 'ada', password: 'wrong-password' } as const;
    const error = await pullFrom(`${server.host}/secret/app:1.0`, { credential }).catch(
      (reason: Error) => reason,
    );
    expect(error).toMatchObject({
      message: expect.stringMatching(
        /^the registry answered 401 \(incorrect username or password\), GET/,
      ) as string,
      hint: expect.stringMatching(/^the login was refused; check user name and password/) as string,
    });
    expect(JSON.stringify([error, (error as Error).message])).not.toContain('wrong-password');
  });

  test('gets an identity token by POST', async () => {
    expect(
      await pullFrom(`${server.host}/secret/app:1.0`, {
        credential: { kind: 'identity', token: 'refresh-me' },
      }),
    ).toHaveProperty('size', 4);
    expect(server.tokens?.requests[0]?.method).toBe('POST');
  });

  test('gets a token for both repositories of a mount', async () => {
    const image = makeImage();
    await pushTo(`${server.host}/open/from:1.0`, image, { options: { credential: BASIC } });
    server.tokens?.requests.splice(0);
    await pushTo(`${server.host}/open/to:1.0`, image, {
      options: { credential: BASIC, mountFrom: ['open/from'] },
    });
    expect(server.tokens?.requests.map(({ scopes }) => scopes)).toContainEqual([
      'repository:open/to:pull,push',
      'repository:open/from:pull',
    ]);
  });

  test('gives a token once, and again before it expires', async () => {
    await pushTo(`${server.host}/open/once:1.0`, makeImage(), { options: { credential: BASIC } });
    expect(server.tokens?.requests.length).toBe(1);
    if (server.tokens) server.tokens.lifetime = 1;
    const source = await openRegistrySource(
      parseImageName(`${server.host}/open/once:1.0`),
      isolated(),
    );
    server.tokens?.requests.splice(0);
    await new Promise((resolve) => setTimeout(resolve, 1000));
    await pull(source);
    await source.close();
    expect(server.tokens?.requests.length).toBeGreaterThan(0);
    if (server.tokens) server.tokens.lifetime = 300;
  });

  test('takes the login of the environment', async () => {
    const env = { RESLIM_USERNAME: USER.username, RESLIM_PASSWORD: USER.password };
    expect(
      await pullFrom(`${server.host}/secret/app:1.0`, { env, environmentRegistry: server.host }),
    ).toHaveProperty('size', 4);
    await expect(pullFrom(`${server.host}/secret/app:1.0`, { env })).rejects.toThrow(/401/);
  });
});

describeRegistries('a login at a registry', { distribution: ['htpasswd'] }, (start) => {
  let server: Distribution;
  beforeAll(async () => {
    server = await start({ auth: 'htpasswd' });
  });
  afterAll(() => server.close());

  test('logs in and out', async () => {
    const options = isolated({ home });
    expect(await login({ registry: server.host, ...USER }, options)).toEqual({
      file: join(home, '.docker/config.json'),
    });
    await pushTo(`${server.host}/login/app:1.0`, makeImage(), { options: { home } });
    expect(await logout(server.host, options)).toBe(true);
    expect(await logout(server.host, options)).toBe(false);
    await expect(pullFrom(`${server.host}/login/app:1.0`, { home })).rejects.toMatchObject({
      status: 401,
    });
  });

  test('does not keep a wrong password', async () => {
    const options = isolated({ home });
    await expect(
      login({ registry: server.host, username: 'ada', password: 'wrong' }, options),
    ).rejects.toMatchObject({ status: 401 });
    expect(existsSync(join(home, '.docker/config.json'))).toBe(false);
  });

  test.runIf(requireTools('skopeo'))('shares logins with skopeo in both directions', async () => {
    const authFile = join(home, 'auth.json');
    const env = { ...process.env, REGISTRY_AUTH_FILE: authFile };
    await login(
      { registry: server.host, ...USER },
      isolated({ home, env: { REGISTRY_AUTH_FILE: authFile } }),
    );
    await pushTo(`${server.host}/login/skopeo:1.0`, makeImage(), {
      options: { credential: BASIC },
    });
    const inspect = () =>
      run(
        'skopeo',
        ['inspect', '--raw', '--tls-verify=false', `docker://${server.host}/login/skopeo:1.0`],
        { env },
      );
    expect((await inspect()).stdout).toContain('schemaVersion');
    expect(
      await logout(server.host, isolated({ home, env: { REGISTRY_AUTH_FILE: authFile } })),
    ).toBe(true);
    await expect(inspect()).rejects.toThrow('Command failed');
    await run(
      'skopeo',
      ['login', '--tls-verify=false', '-u', USER.username, '-p', USER.password, server.host],
      { env },
    );
    expect(
      await pullFrom(`${server.host}/login/skopeo:1.0`, {
        home,
        env: { REGISTRY_AUTH_FILE: authFile },
      }),
    ).toHaveProperty('size', 4);
  });
});
