import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { expect } from 'vitest';

const schema = JSON.parse(
  readFileSync(new URL('sarif-schema-2.1.0.json', import.meta.url), 'utf8'),
) as object;
const fits = new Ajv({ allErrors: true, validateFormats: false, strict: false }).compile(schema);

/** A log as GitHub reads it. */
export interface SarifLog {
  readonly runs: readonly [
    {
      readonly tool: { readonly driver: { readonly rules: readonly ReportedRule[] } };
      readonly results: readonly ReportedResult[];
      readonly automationDetails: { readonly id: string };
      readonly invocations: readonly [{ readonly toolExecutionNotifications?: readonly object[] }];
    },
  ];
}

interface ReportedRule {
  readonly id: string;
  readonly shortDescription: { readonly text: string };
  readonly fullDescription: { readonly text: string };
  readonly help: { readonly text: string };
}

interface ReportedResult {
  readonly ruleId: string;
  readonly ruleIndex: number;
  readonly level: string;
  readonly message: { readonly text: string };
  readonly locations: readonly [
    {
      readonly physicalLocation: {
        readonly artifactLocation: { readonly uri: string };
        readonly region: Readonly<Record<string, number>>;
      };
    },
  ];
  readonly partialFingerprints: { readonly primaryLocationLineHash: string };
}

/**
 * Checks a log against the schema of SARIF and what GitHub's code scanning says it requires and takes at most.
 * @see https://docs.github.com/en/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning
 */
export const checkSarif = (document: object): SarifLog => {
  fits(document);
  expect(fits.errors).toBeNull();
  const log = document as SarifLog;
  expect(log.runs.length).toBeLessThanOrEqual(20);
  for (const { tool, results, automationDetails } of log.runs) {
    expect(automationDetails.id).toMatch(/\/$/);
    const { rules } = tool.driver;
    expect(new Set(rules.map(({ id }) => id)).size).toBe(rules.length);
    for (const { shortDescription, fullDescription, help } of rules)
      for (const { text } of [shortDescription, fullDescription, help]) {
        expect(text).not.toBe('');
        expect(text.length).toBeLessThanOrEqual(1024);
      }
    expect(results.length).toBeLessThanOrEqual(5000);
    for (const { ruleId, ruleIndex, message, locations, partialFingerprints } of results) {
      expect(rules[ruleIndex]?.id).toBe(ruleId);
      expect(message.text).not.toBe('');
      const { artifactLocation, region } = locations[0].physicalLocation;
      expect(artifactLocation.uri).toMatch(/^(?![a-z]+:|\/)[\w.~!*'()%/-]+$/i);
      expect(Object.keys(region)).toEqual(['startLine', 'startColumn', 'endLine', 'endColumn']);
      expect(partialFingerprints.primaryLocationLineHash).toMatch(/^[\da-f]{32}:1$/);
    }
  }
  return log;
};
