import { expect, test } from 'vitest';
import { sarifLog, type SarifResult, type SarifRule } from '../../src/report/sarif.ts';
import { checkSarif } from './support/check-sarif.ts';

const rules: readonly SarifRule[] = [
  { id: 'max-size', summary: 'The image is too large.', help: 'Slim it.', level: 'error' },
  { id: 'copied', summary: 'A file is stored twice.', help: 'Copy it once.', level: 'note' },
];

const result = (changes: Partial<SarifResult> = {}): SarifResult => ({
  rule: 'max-size',
  message: 'It has 90 MB.',
  location: { path: 'app', part: 'linux/amd64' },
  identity: ['linux/amd64'],
  ...changes,
});

const resultsOf = (results: readonly SarifResult[]) =>
  checkSarif(sarifLog({ category: 'check/app', rules, results })).runs[0].results;

test('a log fits the schema and what GitHub requires', () => {
  const log = sarifLog({
    category: 'check/app',
    rules,
    results: [
      result({ rule: 'copied', location: { path: 'deploy/Dockerfile', line: 3, endLine: 5 } }),
      result(),
    ],
  });
  const [{ automationDetails, results, invocations }] = checkSarif(log).runs;
  expect(automationDetails.id).toBe('reslim/check/app/');
  expect(invocations).toEqual([{ executionSuccessful: true }]);
  expect(results.map(({ ruleId, level }) => [ruleId, level])).toEqual([
    ['max-size', 'error'],
    ['copied', 'note'],
  ]);
  expect(results[1]?.locations[0].physicalLocation).toEqual({
    artifactLocation: { uri: 'deploy/Dockerfile' },
    region: { startLine: 3, startColumn: 1, endLine: 5, endColumn: 2 },
  });
  expect(JSON.stringify(checkSarif(log))).toBe(JSON.stringify(log));
});

test('a log of nothing fits, too', () => {
  expect(resultsOf([])).toEqual([]);
});

test('fingerprints tell findings apart by rule, file and identity, not by what changes', () => {
  const prints = (...results: readonly SarifResult[]): number =>
    new Set(
      resultsOf(results).map(
        ({ partialFingerprints }) => partialFingerprints.primaryLocationLineHash,
      ),
    ).size;
  const moved = { path: 'app', line: 9 };
  expect(prints(result(), result({ message: 'It has 91 MB.', location: moved }))).toBe(1);
  const others = [
    result({ rule: 'copied' }),
    result({ location: { path: 'web' } }),
    result({ identity: ['linux/arm64'] }),
    result({ identity: ['linux', 'amd64'] }),
  ];
  expect(prints(result(), ...others)).toBe(5);
});

test('what an image says makes no link, no scheme and no control character', () => {
  const [found] = resultsOf([
    result({
      message: 'see [here](https://evil.test) \u001b]0;x\u0007\n## title',
      location: { path: '/javascript:alert(1)/a b%20ü\ud800', part: 'a\u202eb' },
    }),
  ]);
  expect(found?.message.text).toBe(
    String.raw`see [here] (https://evil.test) \x1b]0;x\x07\x0a## title`,
  );
  expect(found?.locations[0].physicalLocation.artifactLocation.uri).toBe(
    'javascript%3Aalert(1)/a%20b%2520%C3%BC%5Cud800',
  );
});

test('of more than GitHub takes, the most severe are kept, and the rest is counted', () => {
  const many = Array.from({ length: 5001 }, (_, at) =>
    result({ rule: 'copied', identity: [String(at)] }),
  );
  const log = sarifLog({ category: 'check/app', rules, results: [...many, result()] });
  const [{ results, invocations }] = checkSarif(log).runs;
  expect(results[0]?.level).toBe('error');
  expect(invocations[0].toolExecutionNotifications).toEqual([
    { level: 'warning', message: { text: '2 more results are left out.' } },
  ]);
  const long = resultsOf([result({ message: 'x'.repeat(5000) })])[0]?.message.text;
  expect(long).toHaveLength(1024);
});
