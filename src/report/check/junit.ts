import type { CheckCause, CheckedImage, CheckOutcome, CheckResult } from '../../api/check.ts';
import { formatSize } from '../format-number.ts';
import { imageLabel } from '../image-label.ts';
import { escapeXml } from '../xml.ts';
import { causeWords, overWords, ruleWords } from './words.ts';

/**
 * A check as JUnit's XML, for lists of tests in Jenkins, GitLab and others: a suite for each platform, a case for each
 * limit. Names of suites and cases are the same for all versions of an image.
 * @see https://github.com/jenkinsci/xunit-plugin/blob/master/src/main/resources/org/jenkinsci/plugins/xunit/types/model/xsd/junit-10.xsd
 */
export const junitLines = (result: CheckResult): string[] => {
  const checks = result.images.flatMap((image) => image.checks);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    open('testsuites', { name: 'reslim check', ...countsOf(checks) }),
    ...result.images.flatMap((image) => suiteLines(image, result.name)),
    '</testsuites>',
  ].map((line) => `${line}\n`);
};

const suiteLines = (image: CheckedImage, name: string): string[] => {
  const suite = `${imageLabel(name).image} ${image.platform}`;
  const properties = {
    name,
    digest: image.digest,
    'compressed-size': image.compressedSize,
    'unpacked-size': image.unpackedSize,
    layers: image.layers,
  };
  return [
    `  ${open('testsuite', { name: suite, ...countsOf(image.checks), skipped: 0 })}`,
    '    <properties>',
    ...Object.entries(properties).map(
      ([key, value]) => `      ${empty('property', { name: key, value })}`,
    ),
    '    </properties>',
    ...image.checks.flatMap((check) => caseLines(check, suite)),
    '  </testsuite>',
  ];
};

const caseLines = (check: CheckOutcome, suite: string): string[] => {
  const attributes = { classname: suite, name: ruleWords(check), time: 0 };
  if (check.passed) return [`    ${empty('testcase', attributes)}`];
  const text = check.causes.map((cause) => escapeXml(causeLine(cause))).join('\n');
  return [
    `    ${open('testcase', attributes)}`,
    `      ${open('failure', { type: check.rule, message: overWords(check) })}${text}</failure>`,
    '    </testcase>',
  ];
};

/** `3.07 kB step RUN make (layer 2)` */
const causeLine = (cause: CheckCause): string => {
  const words = causeWords(cause);
  return [
    ...(cause.bytes === undefined ? [] : [formatSize(cause.bytes)]),
    cause.kind,
    cause.name,
    ...(words === '' ? [] : [`(${words})`]),
  ].join(' ');
};

type Attributes = Readonly<Record<string, string | number>>;

/** Nothing is measured: the same image gives the same file. */
const countsOf = (checks: readonly CheckOutcome[]): Attributes => ({
  tests: checks.length,
  failures: checks.filter(({ passed }) => !passed).length,
  errors: 0,
  time: 0,
});

const open = (name: string, attributes: Attributes): string => `<${tag(name, attributes)}>`;

const empty = (name: string, attributes: Attributes): string => `<${tag(name, attributes)}/>`;

const tag = (name: string, attributes: Attributes): string =>
  [
    name,
    ...Object.entries(attributes).map(([key, value]) => `${key}="${escapeXml(String(value))}"`),
  ].join(' ');
