import { expect, test } from 'vitest';
import { slimOptions } from '../../src/cli/settings/slim-options.ts';
import type { Settings, SlimFlags } from '../../src/options/slim-options.ts';

const merge = (given: SlimFlags, settings?: Settings) => slimOptions('app:1.0', given, settings);

test('the flags give the options of UPX', () => {
  expect(merge({ strip: true, dedupe: true })).toMatchObject({ strip: true, dedupe: true });
  expect(merge({}).upx).toBeUndefined();
  expect(merge({ upx: true }).upx).toBe(true);
  expect(merge({ upx: true, upxArgs: ['-9'], brute: true, upxGoal: 'unpacked' }).upx).toEqual({
    args: ['-9'],
    brute: true,
    goal: 'unpacked',
  });
});

test('options of UPX without --upx are refused', () => {
  for (const [given, flag] of [
    [{ upxArgs: ['-9'] }, '--upx-args'],
    [{ brute: true }, '--brute'],
    [{ upxGoal: 'unpacked' }, '--upx-goal'],
  ] as const)
    expect(() => merge(given)).toThrow(`${flag} has no effect without --upx`);
});

test('the settings file can set the same, and the command line takes precedence', () => {
  const settings = { strip: true, dedupe: true, upx: true, upxArgs: '--best  --lzma' } as const;
  expect(merge({}, settings)).toMatchObject({
    strip: true,
    dedupe: true,
    upx: { args: ['--best', '--lzma'] },
  });
  expect(merge({ upxArgs: ['-1'] }, settings).upx).toMatchObject({ args: ['-1'] });
});
