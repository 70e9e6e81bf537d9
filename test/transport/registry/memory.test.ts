import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { requireTools } from '../../support/requires.ts';
import { run, startDistribution, type Server } from './support/servers.ts';

const SCRIPT = fileURLToPath(new URL('support/memory-run.js', import.meta.url));
const MiB = 1024 * 1024;

describe.runIf(requireTools('docker-registry'))('memory for a transfer', () => {
  let server: Server;
  beforeAll(async () => {
    server = await startDistribution();
  });
  afterAll(() => server.close());

  test.each(['known', 'unknown'])(
    'a layer of 2 GiB with %s digest goes there and back in less than 300 MiB',
    async (how) => {
      const { stdout } = await run(process.execPath, [
        SCRIPT,
        `${server.host}/large/${how}:1.0`,
        String(2048 * MiB),
        how,
      ]);
      const peak = Number(stdout) * 1024;
      expect(peak).toBeGreaterThan(20 * MiB);
      expect(peak).toBeLessThan(300 * MiB);
      process.stderr.write(
        `peak of memory, 2 GiB layer with ${how} digest: ${Math.round(peak / MiB)} MiB\n`,
      );
    },
    600_000,
  );
});
