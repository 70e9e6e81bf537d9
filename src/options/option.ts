import type { Amount } from '../api/check.ts';
import type {
  CheckOptions,
  CopyOptions,
  DiffOptions,
  InspectOptions,
  NetworkOptions,
  SlimOptions,
  TraceOptions,
  TrendOptions,
  UpxOptions,
  VerifyTrials,
} from '../api/options.ts';
import type { ImageEdits } from '../api/edits.ts';
import type { RebaseOptions } from '../api/rebase.ts';
import type { ExporterOptions } from '../api/exporter.ts';
import type { DeleteOptions, TagsOptions } from '../api/repository.ts';
import type { WatchMirrorOptions } from '../api/mirror-watch.ts';
import type { MirrorEntry } from '../api/mirror.ts';
import type { WorkerOptions } from '../api/worker.ts';
import type { Limits } from '../base/limits.ts';

/**
 * One option, declared once. From this come the flag of the command line with its help and completion,
 * the key of the settings file and its schema, the member of the library's options, and the word in
 * the recipe. Its name is its key in a table: the long flag without dashes.
 */
export interface Option {
  readonly type: OptionType;
  readonly group: Group;
  readonly help: string;
  /** Placeholder of the value in help; absent for switches. */
  readonly value?: string;
  /** One letter. */
  readonly short?: string;
  /** Values there are, for the type `choice`. */
  readonly choices?: readonly string[];
  /** Smallest value, for the type `count`. @default 1 */
  readonly least?: number;
  /** The value without the option, in the unit of the command line. */
  readonly default?: string | number | readonly string[];
  /** Shown by `--help-all` only. */
  readonly rare?: true;
  /** The settings file may contain it: at its top, or in the mapping of this name. */
  readonly settings?: true | 'check';
  /** Its member of the library's options. */
  readonly library?: LibraryPath;
  /** The member for several values; `library` then gets a single one. */
  readonly several?: LibraryPath;
  /**
   * Affects the bytes of the image, so the recipe names it: its value, the number of values, the names of pairs, or,
   * for what may be secret, only that it is set.
   */
  readonly recipe?: 'value' | 'count' | 'names' | 'set';
  /** Named by the provenance, beside the recipe. */
  readonly provenance?: true;
}

/**
 * Options by name. Tables are declared `as const`, so that types come from them; what they import from
 * other files needs a type assertion, since declarations are generated file by file.
 */
export type OptionTable = Readonly<Record<string, Option>>;

/**
 * - `switch`: true when it is there
 * - `text`, `platform`, `file`: one value; `texts`, `globs`, `files`: repeatable, values add up
 * - `names`, `platforms`: repeatable, and separated by commas
 * - `words`: one value, split at spaces
 * - `pairs`: `NAME=VALUE`, repeatable, held as a map; a mapping in a settings file
 * - `command`: words or a JSON list, held as text; also a list in a settings file
 * - `choice`: one of `choices`
 * - `amount`: bytes or a part, written `20MB` or `5%`; `share`: a part, 0 to 1, written `5%` or `0.05`
 * - `layers`: a whole number, or `auto`
 * - `size`: bytes, written `200MB`; `count`: a whole number; `level`: of a compression, 0 to 22
 * - `seconds`: written in seconds, held in milliseconds; `duration`: written `30s`, `5m`, `12h`, `3d`, `2w`
 * - `time`: a point in time, held in seconds since 1970
 */
export type OptionType = keyof ValueTypes | 'choice';

interface ValueTypes {
  readonly switch: true;
  readonly text: string;
  readonly platform: string;
  readonly file: string;
  readonly texts: readonly string[];
  readonly globs: readonly string[];
  readonly files: readonly string[];
  readonly names: readonly string[];
  readonly platforms: readonly string[];
  readonly words: readonly string[];
  readonly pairs: Readonly<Record<string, string>>;
  readonly command: string | readonly string[];
  readonly size: number;
  readonly amount: Amount;
  readonly share: number;
  readonly count: number;
  readonly level: number;
  readonly layers: number | 'auto';
  readonly seconds: number;
  readonly duration: number;
  readonly time: number;
}

/** A member of the library's options, or of one of the objects in them. */
export type LibraryPath =
  | keyof SlimOptions
  | keyof CheckOptions
  | keyof CopyOptions
  | keyof DiffOptions
  | keyof TraceOptions
  | keyof RebaseOptions
  | keyof InspectOptions
  | keyof TrendOptions
  | keyof TagsOptions
  | keyof DeleteOptions
  | keyof ExporterOptions
  | keyof WatchMirrorOptions
  | 'dryRun'
  | keyof WorkerOptions
  | `entry.${keyof MirrorEntry}`
  | `trials.${keyof VerifyTrials}`
  | `edits.${keyof ImageEdits}`
  | `upx.${keyof UpxOptions}`
  | `network.${keyof NetworkOptions}`
  | `limits.${keyof Limits}`;

/** The value of one option, once it is read. */
export type ValueOf<Each extends Option> = Each['choices'] extends readonly (infer Choice)[]
  ? Choice
  : Each['type'] extends keyof ValueTypes
    ? ValueTypes[Each['type']]
    : never;

/** The options of a table as a command gets them: absent where they were not given. */
export type FlagsOf<Table extends OptionTable> = {
  readonly [Name in keyof Table & string as CamelCase<Name>]?: ValueOf<Table[Name]> | undefined;
};

/**
 * What a settings file says of the options that it may contain, checked and not yet converted: a time or
 * words are text as on the command line, and files are absolute.
 */
export type SettingsOf<Table extends OptionTable> = {
  readonly [
    Name in keyof Table & string as Table[Name] extends { settings: true | 'check' }
      ? CamelCase<Name>
      : never
  ]?: SettingOf<Table[Name]> | undefined;
};

type SettingOf<Each extends Option> = Each['type'] extends keyof SettingTypes
  ? SettingTypes[Each['type']]
  : ValueOf<Each>;

interface SettingTypes {
  readonly switch: boolean;
  readonly words: string;
  readonly pairs: Readonly<Record<string, string>> | readonly string[];
  readonly time: string;
  readonly size: string | number;
  readonly amount: string | number;
  readonly share: string | number;
}

type CamelCase<Name extends string> = Name extends `${infer Head}-${infer Tail}`
  ? `${Head}${Capitalize<CamelCase<Tail>>}`
  : Name;

/** How a program spells the name of an option: `dry-run` is `dryRun`. */
export const camelCase = (name: string): string =>
  name.replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase());

/** Headings of help, in the order they are shown. */
export const GROUPS = {
  output: 'Output:',
  source: 'Source:',
  comparing: 'What is compared:',
  rules: 'What is removed:',
  use: 'At level minimal (see docs/minimal.md):',
  transforms: 'Smaller files (see docs/binaries.md):',
  writing: 'How the image is written:',
  edits: 'What is edited (see docs/edits.md):',
  checks: 'Checks (exit status 3):',
  running: 'How it is run (see docs/verify.md):',
  watching: 'With --watch (see docs/mirror-watch.md):',
  network: 'Registries (see docs/registries.md):',
  limits: 'Limits:',
  other: 'Other:',
} as const;

export type Group = keyof typeof GROUPS;
