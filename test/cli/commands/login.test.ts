import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeRegistries } from '../../transport/registry/support/registries.ts';
import { run, USER, type Distribution } from '../../transport/registry/support/servers.ts';
import { requireTools } from '../../support/requires.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import { RESLIM, tryReslim } from '../../support/try-reslim.ts';

const HAS_SCRIPT = requireTools('script', 'bash');
const HAS_SKOPEO = requireTools('skopeo');

describeRegistries('reslim login at a registry', { distribution: ['htpasswd'] }, (start) => {
  const home = tempFolder();
  const env = { HOME: home };
  const file = join(home, '.docker/config.json');
  let registry: Distribution;
  beforeAll(async () => {
    registry = await start({ auth: 'htpasswd' });
  });
  afterAll(() => registry.close());

  test('does not keep or show a wrong password', async () => {
    const args = ['login', '--username', USER.username, '--password-stdin', registry.host];
    const result = await tryReslim(args, { env, input: Buffer.from('swordfish\n') });
    expect(result.status).toBe(1);
    expect(result.stdout + result.stderr).not.toContain('swordfish');
    await expect(readFile(file)).rejects.toThrow('ENOENT');
  });

  test('keeps a right password where other tools find it, until logout', async () => {
    const args = ['login', '-u', USER.username, '--password-stdin', registry.host];
    const result = await tryReslim(args, { env, input: Buffer.from(`${USER.password}\n`) });
    expect(result).toMatchObject({ status: 0, stderr: '' });
    expect(result.stdout).toContain(file);
    expect(result.stdout).not.toContain(USER.password);
    const { auths } = JSON.parse(await readFile(file, 'utf8')) as {
      auths: Record<string, { auth: string }>;
    };
    const kept = Buffer.from(auths[registry.host]?.auth ?? '', 'base64').toString();
    expect(kept).toBe(`${USER.username}:${USER.password}`);
    if (HAS_SKOPEO) {
      const login = ['login', '--get-login', '--authfile', file, registry.host];
      expect((await run('skopeo', login)).stdout.trim()).toBe(USER.username);
    }

    expect(await tryReslim(['logout', registry.host], { env })).toMatchObject({ status: 0 });
    expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({ auths: {} });
    expect((await tryReslim(['logout', registry.host], { env })).stdout).toMatch(/no login/);
  });

  test('does not ask for a password without a terminal', async () => {
    const result = await tryReslim(['login', registry.host], { env });
    expect(result.status).toBe(2);
    expect(result.stderr).toContain('--password-stdin');
  });

  test.runIf(HAS_SCRIPT)('asks for the password on a terminal, without echo', async () => {
    const command = `${process.execPath} ${RESLIM} login ${registry.host}`;
    const typed = `(sleep 2; echo ${USER.username}; sleep 1; echo ${USER.password}; sleep 2)`;
    const { stdout } = await run('bash', ['-c', `${typed} | script -qec '${command}' /dev/null`], {
      env: { ...process.env, HOME: home },
    });
    expect(stdout).toContain(USER.username);
    expect(stdout).toContain('Logged in');
    expect(stdout).not.toContain(USER.password);
  });
});
