import { describe, expect, test } from 'vitest';
import { languageOf, type Language } from '../../src/graph/sources/language.ts';
import { computedUses } from '../../src/reach/computed-uses.ts';
import { showWord } from '../../src/graph/word.ts';

/** Programs that a source starts by names that nobody can tell, or by those that it has. */
const starts = (file: string, source: string): string[] =>
  computedUses(languageOf(file) as Language, source, () => undefined)
    .filter(({ kind }) => kind === 'starts')
    .flatMap(({ texts }) => texts.map(showWord));

const HANDED_ON: Readonly<Record<string, readonly string[]>> = {
  'a.js': [
    "exports.go = require('child_process').execFileSync;",
    "const cp = require('child_process');\nReflect.apply(cp.execFileSync, cp, words);",
    "const cp = require('child_process');\ncp.spawnSync.apply(cp, words);",
    "const { execFile } = require('node:child_process');\nconst runner = new Runner(execFile);",
    "import { spawn as start } from 'child_process';\nexport { start };",
    "const run = promisify(require('child_process').execFile);\nmodule.exports = { run };",
    "const cp = require('child_process');\npromisifyAll(cp);",
    '(()=>{var e={1:e=>{e.exports=require("child_process")}};})();',
    "this.cp = require('child_process');",
    "process.mainModule.require(name)[method](tool, ['-n'])",
  ],
  'a.py': [
    'import subprocess\ngetattr(subprocess, how)(words)',
    'import subprocess\nlist(map(subprocess.call, lines))',
    'import functools, subprocess\nstart = functools.partial(subprocess.run, check=True)',
    'import subprocess as sp\nclass Job(sp.Popen):\n    pass',
    'from subprocess import check_call as go\npool.submit(go, words)',
    'import os\nhandlers = {"shell": os.system}',
    'await loop.subprocess_exec(lambda: protocol, *words)',
    '__import__("os").system(line)',
    'yaml.load(text, Loader=yaml.UnsafeLoader)',
  ],
  'a.rb': [
    'Kernel.send(:system, *words)',
    'lines.each(&method(:system))',
    'Open3.public_send(how, *words)',
    'open(name) { |io| io.read }',
    'IO.readlines("|#{line}")',
  ],
  'a.pl': [
    'open(my $pipe, $line) or die $!;',
    'open PIPE, "$tool -n 1 |" or die;',
    'print readpipe($line);',
  ],
  'a.php': [
    "array_map('passthru', file('/app/jobs'));",
    "$f = '\\\\proc_open';",
    "call_user_func('system', $x);",
  ],
};

describe.each(Object.entries(HANDED_ON))('in %s', (file, sources) => {
  test.each(sources)('nobody knows what is started by %s', (source) => {
    const found = starts(file, source);
    expect(found.length).toBeGreaterThan(0);
    expect(found.join(' ')).toContain('…');
  });
});

const KNOWN: Readonly<Record<string, readonly (readonly [source: string, ...names: string[]])[]>> =
  {
    'a.js': [
      ["const cp = require('child_process');\ncp.spawn('jq');", 'jq'],
      ["const cp = __importStar(require('child_process'));\ncp.spawn('jq');", 'jq'],
      ["const { spawn: start } = require('child_process');\nstart('jq'); // spawn it", 'jq'],
      ["const run = promisify(require('child_process').execFile);\nawait run('jq');", 'jq'],
      ["var c = require('child_process');\n(0, c.execFileSync)('jq');", 'jq'],
      ["import('child_process').then(({ execFile }) => execFile('jq'));", 'jq'],
      ['const match = pattern.exec(text); const { exec } = options;'],
    ],
    'a.py': [
      [
        'import subprocess\ndef run(p: subprocess.Popen) -> subprocess.Popen:\n    isinstance(p, subprocess.Popen)',
      ],
      ['from subprocess import run, PIPE\nrun(["jq"], stdout=PIPE)', 'jq'],
      [
        'import subprocess\n# subprocess.run is slow\n"""subprocess.call"""\nsubprocess.run(["jq"])',
        'jq',
      ],
      ['getattr(os, "O_BINARY", 0)'],
    ],
    'a.rb': [
      ['open("/etc/app.conf") { |f| f.read }'],
      ['File.open(name)'],
      ['record.send(:update, 1)'],
    ],
    'a.pl': [
      ["open(my $in, '<', $file) or die;"],
      ['open FH, ">$file" or die "cannot";'],
      ['open(STDERR, ">&STDOUT");'],
      ['open(my $p, "date |") or die;', 'date'],
    ],
    'a.php': [["if (function_exists('proc_open')) {}"], ["['shell_exec' => 1];"]],
  };

describe.each(Object.entries(KNOWN))('in %s', (file, sources) => {
  test.each(sources)('all is known of %s', (source, ...names) => {
    expect([...new Set(starts(file, source))]).toEqual(names);
  });
});
