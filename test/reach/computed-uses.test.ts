import { describe, expect, test } from 'vitest';
import { languageOf, type Language } from '../../src/graph/sources/language.ts';
import { textValue } from '../../src/graph/sources/value.ts';
import { computedUses } from '../../src/reach/computed-uses.ts';
import { showWord } from '../../src/graph/word.ts';

/** What the uses of a source may turn out to be; the image sets the variable TOOL to `bc`. */
const uses = (file: string, source: string): string[] =>
  computedUses(
    languageOf(file) as Language,
    source,
    (name) => (name === 'TOOL' ? textValue('bc') : undefined),
    '/srv',
  ).map(({ kind, texts }) => `${kind} ${texts.map(showWord).join(' | ')}`);

const CASES: Readonly<Record<string, Readonly<Record<string, readonly [string, string]>>>> = {
  'a.py': {
    'a choice by a condition': [
      'tool = "jq" if os.environ.get("MODE") == "json" else "bc"\nsubprocess.run([tool], input=b"1")',
      'starts jq | bc',
    ],
    'an attribute, of which a list is made': [
      'class C:\n    binary = "bc"\n    def __call__(self):\n        subprocess.Popen(\n            [self.binary] + self.options)',
      'starts bc',
    ],
    'a table of command lines': [
      'T = {\n  "kind": ["file", "-b"],\n  "value": ["jq", ".n"],\n}\nfor name in sorted(T):\n    command = T[name] + ["x"]\n    subprocess.run(command)',
      'starts kind | file | value | jq',
    ],
    'a command line that grows': [
      'cmd = ["ffmpeg", "-i", path]\nif x:\n    cmd.append("-y")\nsubprocess.run(cmd)',
      'starts ffmpeg',
    ],
    'a function that is imported by its name': [
      'from subprocess import run, PIPE\ntool = "bc"\nrun([tool])',
      'starts bc',
    ],
    'a program that is looked for': ['subprocess.run([shutil.which("file"), x])', 'starts file'],
    'a variable that the image sets': ['os.execvp(os.environ["TOOL"], args)', 'starts bc'],
    'a variable with something else': [
      'os.system(os.getenv("OTHER", "jq -n 1"))',
      'starts jq -n 1',
    ],
    'a variable that nobody sets': ['os.system(os.environ["OTHER"])', 'starts …'],
    'what a caller passes': ['def run(cmd):\n    return subprocess.run(cmd)', 'starts …'],
    'arguments of the program': ['os.execvp(sys.argv[1], sys.argv[1:])', 'starts …'],
    'a name with parts': ['ctypes.CDLL("lib%s.so.%d" % (base, 23))', 'loads lib….so.…'],
    'a name filled in': ['ctypes.CDLL(f"libmagick{v}.so")', 'loads libmagick….so'],
    'libraries of a list': [
      'ALL = ("sodium-next", "sodium")\nfor name in ALL:\n    path = find_library(name)\n    if path:\n        x = ctypes.CDLL(path)',
      'loads sodium-next | sodium',
    ],
    'texts side by side': ['subprocess.run("b" "c")', 'starts bc'],
    'a path in a folder': [
      'subprocess.run(os.path.join("/opt/tools", name))',
      'starts /opt/tools/…',
    ],
    'a line that is put together': ['os.popen("xz -d " + name)', 'starts xz -d …'],
    'what is taken apart': ['tool, _ = line.split()\nsubprocess.run([tool])', 'starts …'],
    'a module under another name': ["import subprocess as sub\nsub.run(['b' + 'c'])", 'starts bc'],
    'a function under another name': [
      "from os import system as sh\nsh('jq -n 1')",
      'starts jq -n 1',
    ],
    'code that is made up': ['exec(base64.b64decode(x))', 'loads …'],
    'something made of itself': ['cmd = cmd or x\nx = cmd\nsubprocess.run(cmd)', 'starts '],
  },
  'a.js': {
    'a member of a table': [
      "const tools = { a: 'jq', b: 'bc' };\nspawn(tools[x], [])",
      'starts jq | bc',
    ],
    'elements of a list': ["for (const t of ['x', 'y']) spawn(t)", 'starts x | y'],
    'a choice': [
      "const bin = os.platform() === 'win32' ? 'jq.exe' : 'jq';\nspawn(bin)",
      'starts jq.exe | jq',
    ],
    'a parameter': ['const run = (tool) => spawn(tool, [])', 'starts …'],
  },
  'a.rb': {
    'a constant with a variable': [
      "PROGRAM = ENV.fetch('OTHER', 'bc')\nOPTIONS = %w[-q].freeze\nIO.popen([PROGRAM, *OPTIONS], 'r+')",
      'starts bc',
    ],
    'elements of words': ["%w[a b].each do |x|\n  system x, '-f'\nend", 'starts a | b'],
    'a text in which something is filled in': ['`echo #{n} | bc`', 'starts echo … | bc'],
    'a method': ['::Kernel.spawn(name.to_s, *args)', 'starts …'],
  },
  'a.pl': {
    'a line with a value': [
      'my $tool = \'bc\';\nprint qx{echo "$n" | $tool -q}',
      'starts echo "…" | bc -q',
    ],
    'a line of a file': ['chomp(my $tool = <$file>);\nsystem($tool, 1)', 'starts …'],
    'a list of words': ['my @cmd = qw(jq -n 1);\nsystem @cmd', 'starts jq'],
    'a pipe': ["open my $out, '-|', $tool, 'x' or die", 'starts …'],
  },
  'a.php': {
    'a property': [
      "public string $binary = 'bc';\nfunction x() { proc_open([$this->binary, '-q'], []); }",
      'starts bc',
    ],
    'elements of a list': [
      "foreach (['mbstring', 'curl'] as $name) { dl(\"$name.so\"); }",
      'loads mbstring.so | curl.so',
    ],
    'a line with a value': ['shell_exec("xz $file")', 'starts xz …'],
  },
};

describe.each(Object.entries(CASES))('in %s', (file, cases) => {
  test.each(Object.entries(cases))('%s', (_, [source, expected]) => {
    expect(uses(file, source)).toEqual([expected]);
  });
});

test('a hostile source takes little time', () => {
  const names = Array.from({ length: 200 }, (_, n) => `a${n} = a${n + 1} + a${n + 2}\n`).join('');
  const start = performance.now();
  uses('a.py', `${names}subprocess.run(a0)\n`.repeat(20));
  uses('a.js', `x = ${'('.repeat(50_000)}spawn(x)\n${'x.find((y) => '.repeat(5000)}`);
  expect(performance.now() - start).toBeLessThan(5000);
});
