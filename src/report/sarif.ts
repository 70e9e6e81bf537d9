import { createHash } from 'node:crypto';
import { VERSION } from '../base/version.ts';
import { printable } from './printable.ts';

/** How much a finding matters; SARIF's words. */
export type SarifLevel = 'error' | 'warning' | 'note';

/** What is looked for. Texts are plain and do not come from an image. */
export interface SarifRule {
  /** Stable: alerts are told apart by it. */
  readonly id: string;
  /** One sentence: the heading of the alert. */
  readonly summary: string;
  /** What to do about it. */
  readonly help: string;
  readonly helpUri?: string | undefined;
  readonly level: SarifLevel;
}

/** One finding. Texts may come from an image. */
export interface SarifResult {
  /** The `id` of one of the rules. */
  readonly rule: string;
  /** @default the level of the rule */
  readonly level?: SarifLevel | undefined;
  /** Its first sentence is all that lists show. */
  readonly message: string;
  readonly location: SarifLocation;
  /**
   * What tells this finding from others of its rule and file, and is the same in the next run: no sizes, digests or
   * line numbers.
   */
  readonly identity: readonly string[];
}

export interface SarifLocation {
  /** Relative to the repository (`deploy/Dockerfile`), or what stands for the image where no file of it is meant. */
  readonly path: string;
  /** From 1. @default 1: GitHub wants a line of every finding */
  readonly line?: number | undefined;
  /** @default `line` */
  readonly endLine?: number | undefined;
  /** A part of the image: a platform, a package, a path. */
  readonly part?: string | undefined;
}

/** What one run of a verb found. */
export interface SarifRun {
  /** GitHub replaces the findings of a category by those of its next upload: `check/app`. */
  readonly category: string;
  readonly rules: readonly SarifRule[];
  readonly results: readonly SarifResult[];
}

/** Findings that GitHub takes of a run; the least severe beyond it are counted in a notification. */
const MOST_RESULTS = 5000;

/** Characters of a text that GitHub takes. */
const TEXT_LENGTH = 1024;

/**
 * A log of static analysis results. It holds what GitHub's code scanning requires, and is the same for the same findings.
 * @see https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
 * @see https://docs.github.com/en/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning
 */
export const sarifLog = ({ category, rules, results }: SarifRun): object => {
  const places = new Map(rules.map(({ id }, place) => [id, place]));
  const levelOf = ({ rule, level }: SarifResult): SarifLevel =>
    level ?? rules[places.get(rule) as number]?.level ?? 'warning';
  const kept = [...results]
    .sort((a, b) => SEVERITY.indexOf(levelOf(a)) - SEVERITY.indexOf(levelOf(b)))
    .slice(0, MOST_RESULTS);
  return {
    $schema:
      'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'reslim',
            version: VERSION,
            rules: rules.map(describeRule),
          },
        },
        automationDetails: { id: `reslim/${printable(category)}/` },
        columnKind: 'utf16CodeUnits',
        invocations: [
          {
            executionSuccessful: true,
            ...(kept.length < results.length && {
              toolExecutionNotifications: [
                {
                  level: 'warning',
                  message: { text: `${results.length - kept.length} more results are left out.` },
                },
              ],
            }),
          },
        ],
        results: kept.map((result) => ({
          ruleId: result.rule,
          ruleIndex: places.get(result.rule),
          level: levelOf(result),
          message: { text: plainMessage(result.message) },
          locations: [describeLocation(result.location)],
          partialFingerprints: { primaryLocationLineHash: fingerprintOf(result) },
        })),
      },
    ],
  };
};

/** Most severe first. */
const SEVERITY: readonly SarifLevel[] = ['error', 'warning', 'note'];

const describeRule = ({ id, summary, help, helpUri, level }: SarifRule): object => ({
  id,
  name: id,
  shortDescription: { text: summary },
  fullDescription: { text: summary },
  help: { text: help, markdown: help },
  ...(helpUri !== undefined && { helpUri }),
  defaultConfiguration: { level },
  properties: {
    tags: ['container', 'image-size'],
    precision: 'very-high',
    'problem.severity': level === 'note' ? 'recommendation' : level,
  },
});

const describeLocation = ({ path, line = 1, endLine, part }: SarifLocation): object => ({
  physicalLocation: {
    artifactLocation: { uri: relativeUri(path) },
    region: {
      startLine: line,
      startColumn: 1,
      endLine: endLine ?? line,
      // GitHub wants a column, and all that is known of a line is that it has a first character.
      endColumn: 2,
    },
  },
  ...(part !== undefined && { logicalLocations: [{ fullyQualifiedName: printable(part) }] }),
});

/**
 * A path as a relative reference of RFC 3986: percent-encoded, without a `/` before it, and with no colon in its first
 * segment, which would make that a scheme.
 */
const relativeUri = (path: string): string =>
  path
    .replace(/^(?:\.?\/)+/, '')
    .split('/')
    .map((segment) => encodeURIComponent(printable(segment)))
    .join('/');

/** A message is plain text but for links, `[text](address)`; text of an image makes none. */
const plainMessage = (text: string): string => {
  const plain = printable(text).replaceAll('](', '] (');
  return plain.length <= TEXT_LENGTH ? plain : `${plain.slice(0, TEXT_LENGTH - 1)}…`;
};

/** The one member that GitHub compares; the number behind the colon counts equal lines of a file. */
const fingerprintOf = ({ rule, location, identity }: SarifResult): string => {
  const hash = createHash('sha256').update(JSON.stringify([rule, location.path, ...identity]));
  return `${hash.digest('hex').slice(0, 32)}:1`;
};
