import { expect, test } from 'vitest';
import { showPlace } from '../../src/graph/place.ts';
import { dpkgFiles } from '../support/dpkg-files.ts';
import { elfFile } from '../support/elf-file.ts';
import { judgeFiles, type Files } from '../support/fact-image.ts';

/** Where it is open what an application in PHP starts. */
const openOf = async (own: Files): Promise<readonly string[]> => {
  const php = elfFile({ interpreter: '/lib64/ld-linux-x86-64.so.2' });
  const files = dpkgFiles([{ name: 'php', files: { 'usr/bin/php': php } }], own);
  const { judgement } = await judgeFiles(files, {
    config: { Cmd: ['php', '/srv/main.php'] },
    level: 'minimal',
  });
  return (judgement.reach?.open ?? []).flatMap(({ place, isCovered }) =>
    isCovered ? [] : [showPlace(place)],
  );
};

const CALL = "<?php\n$settings = load();\necho $settings['filter']($settings['input']);\n";

test.each<[what: string, own: Files, expected: readonly string[]]>([
  [
    'JSON',
    { 'srv/main.php': CALL, 'srv/a.json': '{\n"filter": "exec"\n}' },
    ['/srv/a.json, line 2'],
  ],
  [
    'YAML',
    { 'srv/main.php': CALL, 'srv/a.yaml': 'x: 1\nsteps:\n  - system\n' },
    ['/srv/a.yaml, line 3'],
  ],
  ['INI', { 'srv/main.php': CALL, 'srv/a.ini': 'filter = passthru\n' }, ['/srv/a.ini, line 1']],
  ['XML', { 'srv/main.php': CALL, 'srv/a.xml': '<filter>exec</filter>\n' }, ['/srv/a.xml, line 1']],
  [
    'code',
    { 'srv/main.php': CALL, 'srv/a.php': "<?php\nreturn [\n'filter' => 'system'];\n" },
    ['/srv/a.php, line 3'],
  ],
  [
    'settings for a framework',
    {
      'srv/main.php': '<?php run();\n',
      'srv/vendor/frame/work/run.php': '<?php function run($f) { return $f(1); }\n',
      'srv/a.yaml': 'type: system\nfactory: exec\n',
    },
    ['/srv/a.yaml, line 2'],
  ],
  [
    'settings of PHP',
    {
      'srv/main.php': '<?php unserialize($x);\n',
      'etc/php/8.2/php.ini': 'unserialize_callback_func = exec\n',
    },
    ['/etc/php/8.2/php.ini, line 1'],
  ],
  [
    'nothing: it is a word',
    { 'srv/main.php': '<?php run();\n', 'srv/a.json': '{"filter": "exec"}' },
    [],
  ],
  [
    'nothing: it is part of one',
    { 'srv/main.php': CALL, 'srv/a.json': '{"filter": "execute system"}' },
    [],
  ],
  [
    'nothing: a closure is called',
    {
      'srv/main.php': '<?php\n$f = fn($x) => $x;\necho $f(1);\n',
      'srv/a.json': '{"type": "system"}',
    },
    [],
  ],
])('a function that starts programs is named by %s', async (_, own, expected) => {
  expect(await openOf(own)).toEqual(expected);
});
