import { execFileSync, spawnSync } from 'node:child_process';
import { readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { createLayout, putImage, putLayer } from '../../fixtures/layout.js';
import { checkSarif } from '../report/support/check-sarif.ts';
import { entriesOf, layerTar } from '../support/layer-tar.ts';
import { requireTools } from '../support/requires.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { tryReslim } from '../support/try-reslim.ts';

const cwd = tempFolder();
/** The same image under another tag. */
const next = tempFolder();

/** What an image may hold to leave the document it is shown in. */
const HOSTILE = String.raw`app/bin/a|b"&<x>]]>` + '`@c{}\\';

beforeAll(async () => {
  const lines = ['app/', 'app/bin/', 'app/.env=KEY=1', `${HOSTILE}=1`, 'app/main=run'];
  for (const [folder, tag] of [
    [cwd, '1'],
    [next, '2'],
  ] as const) {
    const layout = join(folder, 'app');
    await createLayout(layout);
    const layers = [];
    for (const each of [lines, ['app/main=run 2']])
      layers.push(await putLayer(layout, [await layerTar(entriesOf(each))], { gzip: false }));
    const history = [{ created_by: 'COPY . /app' }, { created_by: 'RUN <b> | tee\n::error::x' }];
    const config = { os: 'linux', architecture: 'amd64', history };
    await putImage(layout, tag, { layers, config });
  }
});

const LIMITS = [
  ...['--max-size', '3kB', '--max-wasted', '1%', '--min-efficiency', '50%', '--deny', 'secrets'],
  ...['--deny', '**/a|b*', '--require-user', '--no-setuid', '--max-layers', '2'],
];

const check = async (option: string, tag = '1'): Promise<string> => {
  const outcome = await tryReslim(['check', `app:${tag}`, ...LIMITS, option, '-'], {
    cwd: tag === '1' ? cwd : next,
  });
  expect(outcome.stderr).toContain('Over the budget');
  expect(outcome.status).toBe(3);
  return outcome.stdout;
};

const CASES = ['max-size', 'max-layers', 'max-wasted', 'min-efficiency', 'deny secrets'];

test('--junit is what readers of JUnit expect', async () => {
  const text = await check('--junit');
  const found = execFileSync('python3', ['test/cli/support/read-junit.py'], { input: text });
  const [{ suite, properties, cases }] = JSON.parse(found.toString()) as [
    { suite: string; properties: object; cases: { name: string; failure?: string[] }[] },
  ];
  expect(suite).toBe('app linux/amd64');
  expect(properties).toMatchObject({ name: 'oci:app:1', 'compressed-size': '7168', layers: '2' });
  expect(cases.map(({ name }) => name)).toEqual([
    ...CASES,
    'deny **/a|b*',
    'require-user',
    'no-setuid',
  ]);
  expect(cases.map(({ failure }) => failure?.[0])).toEqual([
    '7.17 kB, 4.17 kB over the limit of 3.00 kB',
    undefined,
    '25.0 %, 24.0 % over the limit of 1.0 %',
    undefined,
    '1 found, none allowed',
    '1 found, none allowed',
    'containers start as root',
    undefined,
  ]);
  expect(cases[5]?.failure?.[1]).toBe(`1 B file /${HOSTILE} (layer 1)`);
});

test('--sarif has a result for each limit and each file, with the same fingerprints for every tag', async () => {
  const [first, second] = await Promise.all(
    ['1', '2'].map(async (tag) => checkSarif(JSON.parse(await check('--sarif', tag)) as object)),
  );
  const [{ results, automationDetails, tool }] = (first as NonNullable<typeof first>).runs;
  expect(automationDetails.id).toBe('reslim/check/app/');
  expect(tool.driver.rules.map(({ id }) => id)).toEqual([
    'max-size',
    'max-layers',
    'max-wasted',
    'min-efficiency',
    'deny',
    'require-user',
    'no-setuid',
  ]);
  expect(
    results.map(({ ruleId, locations: [{ physicalLocation }] }) => [
      ruleId,
      decodeURIComponent(physicalLocation.artifactLocation.uri),
    ]),
  ).toEqual([
    ['max-size', 'app'],
    ['max-wasted', 'app'],
    ['deny', 'app/.env'],
    ['deny', HOSTILE],
    ['require-user', 'app'],
  ]);
  expect(results[0]?.message.text).toMatch(
    /^max-size: 7\.17 kB, 4\.17 kB over the limit of 3\.00 kB, app on linux\/amd64\. folder \/app/,
  );
  expect(second?.runs[0].results).toEqual(results);
});

test('--markdown shows limits and, folded, what makes it so', async () => {
  const text = await check('--markdown');
  expect(text.replaceAll(/sha256:\w{64}/g, 'DIGEST')).toMatchInlineSnapshot(`
    "### ❌ \`oci:app:1\`

    **Over the budget in 5 of 8 checks**: \`linux/amd64\`, 7.17 kB, 7.17 kB unpacked, 2 layers, 3 B wasted

    |  | check | limit | is | over |
    | --- | --- | ---: | ---: | ---: |
    | ❌ | \`max-size\` | 3.00 kB | 7.17 kB | **4.17 kB** |
    | ✅ | \`max-layers\` | 2 | 2 |  |
    | ❌ | \`max-wasted\` | 1.0 % | 25.0 % | **24.0 %** |
    | ✅ | \`min-efficiency\` | 50.0 % | 75.0 % |  |
    | ❌ | \`deny secrets\` | 0 | 1 | **1** |
    | ❌ | \`deny **/a\\|b*\` | 0 | 1 | **1** |
    | ❌ | \`require-user\` | 0 | 1 | **1** |
    | ✅ | \`no-setuid\` | 0 | 0 |  |

    <details>
    <summary>What makes it so: max-size</summary>

    | bytes | what |  |  |
    | ---: | --- | --- | --- |
    | 9 B | folder | \`/app\` |  |
    | 1 B | folder | \`/app/bin\` |  |
    | 5 B | file | \`/app/main\` | \`layer 2\` |
    | 3 B | file | \`/app/.env\` | \`layer 1\` |
    | 1 B | file | <code>/app/bin/a&#124;b"&#38;&#60;x&#62;&#93;&#93;&#62;&#96;&#64;c&#123;&#125;&#92;</code> | \`layer 1\` |
    | 5.12 kB | step | \`COPY . /app\` | \`layer 1\` |
    | 2.05 kB | step | \`RUN <b> \\| tee ::error::x\` | \`layer 2\` |

    </details>

    <details>
    <summary>What makes it so: max-wasted</summary>

    | bytes | what |  |  |
    | ---: | --- | --- | --- |
    | 3 B | file | \`/app/main\` | \`layer 1, overwritten in layer 2\` |
    | 3 B | step | \`COPY . /app\` | \`layer 1\` |

    </details>

    <details>
    <summary>What makes it so: deny secrets</summary>

    | bytes | what |  |  |
    | ---: | --- | --- | --- |
    | 3 B | file | \`/app/.env\` | \`layer 1\` |

    </details>

    <details>
    <summary>What makes it so: deny &#42;&#42;/a&#124;b&#42;</summary>

    | bytes | what |  |  |
    | ---: | --- | --- | --- |
    | 1 B | file | <code>/app/bin/a&#124;b"&#38;&#60;x&#62;&#93;&#93;&#62;&#96;&#64;c&#123;&#125;&#92;</code> | \`layer 1\` |

    </details>

    <details>
    <summary>What makes it so: require-user</summary>

    | bytes | what |  |  |
    | ---: | --- | --- | --- |
    |  | user | \`no user is set: containers start as root\` |  |

    </details>

    <sub>\`DIGEST\`</sub>
    "
  `);
});

test.runIf(requireTools('cmark-gfm'))('--markdown renders as a table of code', async () => {
  const input = await check('--markdown');
  const args = ['-e', 'table', '--unsafe'];
  const { stdout } = spawnSync('cmark-gfm', args, { input, encoding: 'utf8' });
  expect(stdout.match(/<table>/g)).toHaveLength(6);
  expect(stdout).not.toMatch(/<(?:b|x)>/);
});

describe.runIf(requireTools('promtool'))('--prometheus', () => {
  test('is accepted by promtool, as Prometheus and as OpenMetrics', async () => {
    const input = await check('--prometheus');
    const lint = spawnSync('promtool', ['check', 'metrics'], { input, encoding: 'utf8' });
    expect(lint).toMatchObject({ status: 0, stdout: '', stderr: '' });
    // Its reader of OpenMetrics wants a time with every sample.
    const timed = input.replaceAll(/^(reslim_.*)$/gm, '$1 1700000000');
    const folder = tempFolder();
    await writeFile(join(folder, 'metrics'), timed);
    const blocks = ['tsdb', 'create-blocks-from', 'openmetrics', 'metrics', 'data'];
    const made = spawnSync('promtool', blocks, { cwd: folder, encoding: 'utf8' });
    expect({ status: made.status, stderr: made.stderr }).toEqual({ status: 0, stderr: '' });
    expect(made.stdout).toContain(String(timed.match(/^reslim_/gm)?.length));
  });

  test('has the sizes, and whether limits are kept', async () => {
    const lines = (await check('--prometheus')).split('\n');
    expect(lines).toEqual(
      expect.arrayContaining([
        '# TYPE reslim_image_size_bytes gauge',
        'reslim_image_size_bytes{image="app",platform="linux/amd64"} 7168',
        'reslim_check_passed{image="app",platform="linux/amd64",rule="max-layers"} 1',
        'reslim_check_passed{image="app",platform="linux/amd64",rule="deny",subject="secrets"} 0',
        'reslim_check_limit_ratio{image="app",platform="linux/amd64",rule="max-wasted"} 0.01',
      ]),
    );
    expect(lines.join('\n')).toMatch(
      /^reslim_image_info\{image="app",platform="linux\/amd64",tag="1",digest="sha256:\w{64}"\} 1$/m,
    );
  });
});

test('files are written at once, also for an image that keeps its budget, and the same twice', async () => {
  const folder = tempFolder();
  const names = ['junit', 'sarif', 'markdown', 'prometheus'];
  const args = names.flatMap((name) => [`--${name}`, join(folder, name)]);
  const all = (): Promise<string[]> =>
    Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')));
  const run = () => tryReslim(['check', 'app:1', '--max-size', '1MB', '-q', ...args], { cwd });
  expect(await run()).toEqual({ status: 0, stdout: '', stderr: '' });
  const first = await all();
  expect((await run()).status).toBe(0);
  expect(await all()).toEqual(first);
  expect((await readdir(folder)).sort()).toEqual([...names].sort());
  checkSarif(JSON.parse(first[1] as string) as object);
});

test('a place that cannot be written is an error before the image is read, and stdout is for one', async () => {
  const noFolder = await tryReslim(
    ['check', 'none:1', '--max-size', '1MB', '--junit', 'no/such/file'],
    { cwd },
  );
  expect(noFolder).toMatchObject({ status: 1, stderr: expect.stringContaining('no/such/file') });
  const twice = ['check', 'app:1', '--max-size', '1MB', '--junit', '-', '--sarif', '-'];
  expect(await tryReslim(twice, { cwd })).toMatchObject({
    status: 2,
    stderr: expect.stringContaining('--junit and --sarif cannot both go to stdout'),
  });
});
