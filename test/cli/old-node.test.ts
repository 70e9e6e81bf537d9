import { describe, expect, test } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };
import { tryReslim } from '../support/try-reslim.ts';

/** Runs reslim on a Node that says it is of another version; real old ones are tried in test/e2e. */
const onNode = (version: string) => {
  const disguise = `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '${version}' } })`;
  const env = { NODE_OPTIONS: `--import data:text/javascript,${encodeURIComponent(disguise)}` };
  return tryReslim(['--version'], { env });
};

describe('a version of Node', () => {
  test.each(['20.18.1', '20.19.0', '21.0.0', '22.1.0', '100.0.0'])(
    '%s is new enough for reslim',
    async (version) => {
      expect(await onNode(version)).toEqual({
        status: 0,
        stdout: `${manifest.version}\n`,
        stderr: '',
      });
    },
  );

  test.each(['20.18.0', '20.9.5', '18.20.8', '9.99.99'])(
    '%s is refused with the version that reslim needs',
    async (version) => {
      const needed = manifest.engines.node.replace('>=', '');
      const { status, stdout, stderr } = await onNode(version);
      expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
      expect(stderr).toBe(
        `error: reslim needs Node ${needed} or later, this is Node ${version}\n` +
          'hint: install a newer one from https://nodejs.org, or run: npx -p node@22 -p reslim reslim\n',
      );
    },
  );
});
