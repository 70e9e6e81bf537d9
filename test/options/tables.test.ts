import { expect, expectTypeOf, test } from 'vitest';
import type { ImageEdits } from '../../src/api/edits.ts';
import type {
  CopyOptions,
  InspectOptions,
  NetworkOptions,
  SlimOptions,
  TrendOptions,
  UpxOptions,
} from '../../src/api/options.ts';
import { DEFAULT_LIMITS, type Limits } from '../../src/base/limits.ts';
import { COPY_OPTIONS } from '../../src/options/copy-options.ts';
import { LIMITS, NETWORK } from '../../src/options/machine-options.ts';
import type { Option, OptionTable, ValueOf } from '../../src/options/option.ts';
import type { INSPECT_OPTIONS } from '../../src/options/read-options.ts';
import { SLIM_OPTIONS } from '../../src/options/slim-options.ts';
import type { TREND_OPTIONS } from '../../src/options/trend-options.ts';
import { DEFAULT_REGISTRY_SETTINGS } from '../../src/transport/registry/settings.ts';

/** What a path such as `upx.goal` leads to in the library's options. */
type At<Options, Path> = Path extends keyof Options
  ? Options[Path]
  : Path extends `${infer Name extends keyof Options & string}.${infer Part}`
    ? At<Extract<Options[Name], object>, Part>
    : never;

/** The value, or where several have a member of their own, one of them. */
type Single<Each extends Option> = Each extends { several: string }
  ? Extract<ValueOf<Each>, readonly unknown[]>[number]
  : ValueOf<Each>;

/** The names of options whose values the library does not take where the table puts them. */
type Misfits<Table extends OptionTable, Options> = {
  [Name in keyof Table]: Single<Table[Name]> extends At<Options, Table[Name]['library']>
    ? never
    : Table[Name]['library'] extends string
      ? Name
      : never;
}[keyof Table];

/** Where the options of a table are held. */
type Paths<Table extends OptionTable> =
  | Extract<Table[keyof Table], { library: string }>['library']
  | Extract<Table[keyof Table], { several: string }>['several'];

type Top<Path extends string> = Path extends `${infer Name}.${string}` ? Name : Path;

test('the library takes the value of every option where its table puts it', () => {
  expectTypeOf<Misfits<typeof SLIM_OPTIONS, SlimOptions>>().toEqualTypeOf<never>();
  expectTypeOf<Misfits<typeof COPY_OPTIONS, CopyOptions>>().toEqualTypeOf<never>();
  expectTypeOf<Misfits<typeof INSPECT_OPTIONS, InspectOptions>>().toEqualTypeOf<never>();
  expectTypeOf<Misfits<typeof TREND_OPTIONS, TrendOptions>>().toEqualTypeOf<never>();
});

test('every member of the library options is an option, or is known to be none', () => {
  type Call = 'source' | 'onEvent' | 'runtime' | 'signal';
  expectTypeOf<
    Exclude<keyof SlimOptions, Top<Paths<typeof SLIM_OPTIONS>> | Call | 'listFiles'>
  >().toEqualTypeOf<never>();
  expectTypeOf<
    Exclude<keyof CopyOptions, Top<Paths<typeof COPY_OPTIONS>> | Call | 'target'>
  >().toEqualTypeOf<never>();
  expectTypeOf<
    Exclude<`edits.${keyof ImageEdits}`, Paths<typeof SLIM_OPTIONS>>
  >().toEqualTypeOf<never>();
  expectTypeOf<
    Exclude<`upx.${keyof UpxOptions}`, Paths<typeof SLIM_OPTIONS>>
  >().toEqualTypeOf<never>();
  // Finer settings and the surroundings are for callers of the library and for tests.
  expectTypeOf<Exclude<`network.${keyof NetworkOptions}`, Paths<typeof NETWORK>>>().toEqualTypeOf<
    'network.settings' | 'network.env' | 'network.home' | 'network.hosts' | 'network.logins'
  >();
});

test('every limit is raised by an option or known to be fixed', () => {
  const raised = Object.values(LIMITS).map(({ library }) => library);
  const fixed = new Set(['indexDepth', 'manifestCount', 'extendedHeaderSize', 'pathSize']);
  const expected = (Object.keys(DEFAULT_LIMITS) as (keyof Limits)[])
    .filter((limit) => !fixed.has(limit))
    .map((limit) => `limits.${limit}`);
  expect([...raised].sort()).toEqual(expected.sort());
});

test('the defaults of network options are those of the registry client', () => {
  expect(NETWORK.retries.default).toBe(DEFAULT_REGISTRY_SETTINGS.attempts - 1);
  expect(NETWORK.timeout.default * 1000).toBe(DEFAULT_REGISTRY_SETTINGS.headersTimeout);
});

const tables: [string, OptionTable][] = [
  ['slim', SLIM_OPTIONS],
  ['copy', COPY_OPTIONS],
];

test.each(tables)('every option of %s has what its type needs', (_, table) => {
  for (const [name, { type, value, choices, short, recipe, library }] of Object.entries(table)) {
    expect(name).toMatch(/^[a-z]+(-[a-z]+)*$/);
    expect({ name, hasValue: value !== undefined }).toEqual({ name, hasValue: type !== 'switch' });
    expect({ name, hasChoices: choices !== undefined }).toEqual({
      name,
      hasChoices: type === 'choice',
    });
    if (short !== undefined) expect(short).toMatch(/^[a-zA-Z]$/);
    // The recipe is made from the library's options.
    if (recipe !== undefined) expect(library).toBeDefined();
  }
});
