import { expect, test } from 'vitest';
import { fileProgram, type Program } from '../../src/graph/shell/program.ts';
import { runScript } from '../../src/graph/shell/run-script.ts';
import { showWord } from '../../src/graph/word.ts';

interface Given {
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly sourced?: Readonly<Record<string, string>>;
  readonly texts?: Readonly<Record<string, string>>;
  readonly scripts?: Readonly<Record<string, string>>;
  readonly calledAs?: string;
}

/** The programs a script starts, a line each: line number, folder when it is not `/`, words in brackets when they have blanks. */
const started = (
  text: string,
  { args = [], env = {}, sourced = {}, texts = {}, scripts = {}, calledAs }: Given = {},
): string[] => {
  const program = fileProgram(text, undefined);
  if (!program) return ['not read'];
  const variables = new Map(Object.entries(env).map(([name, value]) => [name, [[value]]]));
  const scope = {
    variables,
    functions: new Map(),
    arguments: [args],
    missed: new Set<string>(),
    exporting: { isOn: false },
    references: new Map(),
    calledAs,
    written: new Map(),
    exported: new Set<string>(),
    script: '/opt/start.sh',
    folders: ['/'],
  };
  const programsOf = (all: Readonly<Record<string, string>>, path: string): Program[] =>
    [all[path]].flatMap((found) =>
      found === undefined ? [] : (fileProgram(found, undefined) ?? []),
    );
  const { commands } = runScript(program, scope, {
    sourced: (path) => programsOf(sourced, path),
    scripts: (path) => programsOf(scripts, path).map((each) => ({ program: each, path })),
    texts: (path) => [texts[path]].flatMap((found) => found ?? []),
  });
  return commands
    .filter(({ isBuiltin, words }) => !isBuiltin || words[0] === 'exec')
    .map(({ words, place, folders, input }) =>
      [
        `${place.line}:`,
        ...(folders[0] === '/' ? [] : [`(${folders[0]})`]),
        ...words.map((word) => (/\s|^$/.test(word) ? `[${showWord(word)}]` : showWord(word))),
        ...(input === undefined ? [] : [`<< ${JSON.stringify(showWord(input))}`]),
      ].join(' '),
    );
};

test.each<[string, string, string[], Given?]>([
  ['words and quotes', `a 'b c' "d e" f\\ g`, ['1: a [b c] [d e] [f g]']],
  ['comments', `# a b\na # b\n`, ['2: a']],
  ['arguments', 'exec "$@"', ['1: exec node [a b]'], { args: ['node', 'a b'] }],
  ['no arguments', 'exec "$@"', ['1: exec']],
  ['numbered arguments', 'run "$1" $2', ['1: run x y'], { args: ['x', 'y'] }],
  ['arguments from the second', 'run "${@:2}"', ['1: run y z'], { args: ['x', 'y', 'z'] }],
  [
    'arguments that are set anew',
    'if [ "${1#-}" != "$1" ]; then set -- redis-server "$@"; fi\nexec "$@"',
    ['2: exec redis-server --port 1', '2: exec --port 1'],
    { args: ['--port', '1'] },
  ],
  [
    'arguments without the first',
    'shift; run "$@"',
    ['1: run b', '1: run a b'],
    { args: ['a', 'b'] },
  ],
  [
    'all branches',
    'if a; then b; elif c; then d; else e; fi',
    ['1: a', '1: b', '1: c', '1: d', '1: e'],
  ],
  ['cases', 'case "$1" in start) a;; *) b;; esac', ['1: a', '1: b']],
  ['pipes and lists', 'a | b && c || d; e & f', ['1: a', '1: b', '1: c', '1: d', '1: e', '1: f']],
  ['loops', 'while a; do b; done; until c; do d; done', ['1: a', '1: b', '1: c', '1: d']],
  ['subshells and groups', '(a; b); { c; }', ['1: a', '1: b', '1: c']],
  ['negation and time', '! a; time b', ['1: a', '1: b']],
  ['command substitution', 'x=$(a `b`)\necho "$(c)"', ['1: b', '1: a …', '2: c']],
  ['process substitution', 'a <(b) > >(c)', ['1: b', '1: a …', '1: c'].sort()],
])('%s', (_, text, expected, given) => {
  expect(started(text, given).sort()).toEqual(expected.sort());
});

test.each<[string, string, string[], Given?]>([
  ['literal', 'X=/opt/app\n$X/run "$X"', ['2: /opt/app/run /opt/app']],
  [
    'of the environment',
    'exec $APP --port',
    ['1: exec /srv/app --port'],
    { env: { APP: '/srv/app' } },
  ],
  ['split without quotes', 'X="node a.js"\nexec $X\n"$X"', ['2: exec node a.js', '3: [node a.js]']],
  ['set in two places', 'if a; then X=b; else X=c; fi\n$X', ['1: a', '2: b', '2: c']],
  ['set behind its use', 'f() { $X; }\nX=a\nf', ['1: a']],
  ['unset', '$X a', ['1: a', '1: … a']],
  ['part of a path', '/opt/$X/run', ['1: /opt/…/run']],
  ['default', '${X:-a} b', ['1: a b']],
  ['default that is assigned', ': "${X:=/opt/a}"\n"$X"', ['2: /opt/a']],
  ['default that is not needed', '${X:-a}', ['1: c'], { env: { X: 'c' } }],
  ['default of a default', '${X:-${Y:-a}}', ['1: a']],
  ['alternative', 'a ${X:+--debug}', ['1: a --debug', '1: a']],
  ['exported', 'export X=a Y="b c"\n$X "$Y"', ['2: a [b c]']],
  ['local', 'f() { local x=$1; $x; }\nf a', ['1: a']],
  [
    'list',
    'C=(node a.js)\nC+=(--x)\nexec "${C[@]}"',
    ['3: exec node a.js --x', '3: exec node a.js'],
  ],
  ['list by position', 'C=(a b)\n${C[1]}', ['2: b']],
  ['appended text', 'X=a\nX+=b\nrun "$X"', ['3: run ab', '3: run a']],
  ['folder of a path', 'X=/opt/a/run.sh\n"${X%/*}"/b', ['2: /opt/a/b']],
  ['name of a path', 'X=/opt/a/run.sh\n"${X##*/}"', ['2: run.sh']],
  ['without an extension', 'X=/opt/run.sh\n"${X%.sh}"', ['2: /opt/run']],
  ['replaced', 'X=a-b\n"${X/-/_}"', ['2: a_b']],
  ['indirect', 'X=Y; Y=a; "${!X}"', ['1: a']],
  ['loop over words', 'for x in a b; do $x; done', ['1: a', '1: b']],
  ['loop over arguments', 'for x; do $x; done', ['1: a', '1: b'], { args: ['a', 'b'] }],
  ['loop over a glob', 'for f in /d/*.sh; do . "$f"; sh "$f"; done', ['1: sh /d/*.sh']],
  ['home', 'HOME=/root\n~/bin/a', ['2: /root/bin/a']],
  ['braces', '/opt/{a,b}', ['1: /opt/a', '1: /opt/b']],
  ['here', '$(dirname "$0")/b', ['1: dirname /opt/start.sh', '1: /opt/b']],
  [
    'here, the long way',
    'D="$(cd "$(dirname "$0")" >/dev/null 2>&1 && pwd -P)"\n"$D/b"',
    ['1: dirname /opt/start.sh', '2: /opt/b'],
  ],
  ['a program that is looked for', 'X=$(command -v node)\n"$X" a.js', ['2: node a.js']],
])('variables: %s', (_, text, expected, given) => {
  expect(started(text, given).sort()).toEqual(expected.sort());
});

test.each<[string, string, string[], Given?]>([
  ['called with arguments', 'f() { a "$1"; "$@"; }\nf b c', ['1: a b', '1: b c']],
  ['that call each other', 'f() { g x; }\ng() { a "$1"; }\nf', ['2: a x']],
  ['that call themselves', 'f() { a; f; }\nf', ['1: a']],
  ['that nobody calls', 'f() { a "$1"; }', ['1: a …']],
  ['by the name of an argument', 'f() { a; }\n"$@"', ['1: a'], { args: ['f'] }],
  [
    'of a sourced script',
    '. /lib.sh\nf x',
    ['1: a x'],
    { sourced: { '/lib.sh': 'f() { a "$1"; }' } },
  ],
  ['with bash’s keyword', 'function f { a; }\nf', ['1: a']],
])('functions: %s', (_, text, expected, given) => {
  expect(started(text, given).sort()).toEqual(expected.sort());
});

test.each<[string, string, string[], Given?]>([
  ['cd', 'cd /srv && a', ['1: (/srv) a']],
  ['cd to a relative folder', 'cd /srv; cd app/../web; a', ['1: (/srv/web) a']],
  ['cd in a subshell', '(cd /srv; a); b', ['1: (/srv) a', '1: b']],
  ['eval', 'X="a b"; eval "$X; c"', ['1: a b', '1: c']],
  ['eval of what nobody knows', 'eval "$X d"', ['1: d', '1: … d']],
  ['trap', `trap 'a b' EXIT`, ['1: a b']],
  ['source with variables', '. ./env\n$X', ['2: a'], { sourced: { './env': 'X=a' } }],
  ['a here-document', 'sh <<END\na $x\nEND\n', ['1: sh << "a …\\n"']],
  ['a here-string', 'sh <<< "a b"', ['1: sh << "a b"']],
  ['text through a pipe', 'echo "a b" | sh', ['1: sh << "a b"']],
  [
    'files that are found',
    'find /d -type f | sort -V | while read -r f; do "$f"; done',
    ['1: find /d -type f', '1: sort -V << "/d/…"', '1: /d/… << "/d/…"'],
  ],
  [
    'files that are found before',
    'while read f; do "$f"; done < <(find /d)',
    ['1: find /d', '1: /d/… << "/d/…"'],
  ],
])('%s', (_, text, expected, given) => {
  expect(started(text, given).sort()).toEqual(expected.sort());
});

test.each<[string, string, string[], Given?]>([
  [
    'of which both branches define one',
    'if a; then f() { b; }; else f() { c; }; fi\nf',
    ['1: a', '1: b', '1: c'],
  ],
  ['by a part of the name', 'cmd_x() { a; }\ncmd_y() { b; }\n"cmd_$X"', ['1: a', '2: b']],
  ['by the end of the name', 'x_cmd() { a; }\n"${X:-x}_cmd"', ['1: a']],
  ['by a name that is no function', 'x() { a; }\n"tool-$X"', ['1: a', '2: tool-…']],
])('functions that are called: %s', (_, text, expected, given) => {
  expect(started(text, given).sort()).toEqual(expected.sort());
});

test.each<[string, string, string[], Given?]>([
  [
    'of a function, in each of its branches',
    'f() { case $1 in a) echo jq;; *) echo bc;; esac; }\n$(f a) -n',
    ['2: bc -n', '2: jq -n', '2: jq bc -n'],
  ],
  ['of a function that was called before', 'f() { echo jq; }\nf\n$(f) -n', ['3: jq -n']],
  [
    'of a script',
    'X=$(/bin/which-tool json)\n"$X"',
    ['1: /bin/which-tool json', '2: json-tool'],
    { scripts: { '/bin/which-tool': 'echo "$1-tool"' } },
  ],
  [
    'of a script, which is evaluated',
    'eval "$(/bin/env-of x)"\n$TOOL',
    ['1: /bin/env-of x', '2: jq'],
    { scripts: { '/bin/env-of': 'echo "export TOOL=jq"' } },
  ],
  ['of printf', '$(printf "%s%s -%c" j q n)', ['1: jq -…']],
  ['of printf with numbers', '$(printf "\\152\\x71")', ['1: jq']],
  ['of echo with signs', '$(echo -e "j\\x71")', ['1: jq']],
  ['into a variable', 'printf -v X "%s%s" j q\n$X', ['2: jq']],
  [
    'of a file',
    '$(cat /tool) $(</arg)',
    ['1: cat /tool', '1: jq -n'],
    { texts: { '/tool': 'jq\n', '/arg': '-n' } },
  ],
  [
    'of settings',
    '$(grep ^TOOL= /env | cut -d= -f2)',
    ['1: cut -d= -f2 << "TOOL=jq"', '1: grep ^TOOL= /env', '1: jq'],
    { texts: { '/env': '# tools\nTOOL=jq\n' } },
  ],
  [
    'files of a folder',
    'for f in $(run-parts --list /d); do $f; done',
    ['1: /d/*', '1: run-parts --list /d'],
  ],
  ['that nobody knows', 'X=$(curl x)\n"$X"', ['1: curl x', '2: …']],
  ['that is thrown away', '$(curl x >/dev/null; echo jq)', ['1: curl x', '1: jq']],
])('output: %s', (_, text, expected, given) => {
  expect(started(text, given).sort()).toEqual(expected.sort());
});

test.each<[string, string, string[], Given?]>([
  [
    'lines of a file, word by word',
    'while read -r name tool; do "$tool" "$name"; done </tasks',
    ['1: bc a', '1: bc b', '1: jq a', '1: jq b'],
    { texts: { '/tasks': '# x y\na jq\nb bc\n' } },
  ],
  ['words at other signs', 'IFS=: read -r a b <<<"x:jq"\n$b', ['2: jq']],
  ['a list at other signs', 'IFS=, read -ra L <<<"x,jq"\n${L[1]}', ['2: jq']],
  ['an unquoted variable at other signs', 'X=a:jq; IFS=:\nset -- $X\n$2', ['3: jq']],
  ['lines of a here-document', 'read -r x <<E\njq\nE\n$x', ['4: jq']],
  [
    'a list of lines',
    'mapfile -t L </tasks\n"${L[0]}"',
    ['2: jq'],
    { texts: { '/tasks': 'jq\n' } },
  ],
  ['elements that are set one by one', 'L[0]=a; L[1]=jq\n${L[1]}', ['2: jq']],
  [
    'elements by their names',
    'declare -A T; T[x]=jq; T[y]=bc\n${T[x]}\n${T[$1]}',
    ['2: jq', '3: bc', '3: jq'],
  ],
  ['a part of a text', 'X=xjq-1; "${X:1:2}"', ['1: jq']],
  ['a part of a list', 'L=(sudo jq -n); "${L[@]:1}"', ['1: jq -n']],
  ['in other cases', 'X=JQ; "${X,,}"', ['1: jq']],
  [
    'variables of a file',
    'export $(grep -v "^#" /env | xargs)\n$TOOL',
    ['1: grep -v ^# /env', '1: xargs << "TOOL=jq"', '2: jq'],
    { texts: { '/env': '# x\nTOOL=jq\n' } },
  ],
  ['a name that stands for another', 'T=jq; declare -n R=T\n$R', ['2: jq']],
  ['a name that a function sets', 'f() { local -n out=$1; out=jq; }\nf T\n$T', ['3: jq']],
  ['a default of what was unset', 'X=a; unset X\n${X:-jq}', ['2: a', '2: jq']],
  ['a default of what may be empty', 'X=a; b && X=\n${X:-jq}', ['1: b', '2: a', '2: jq']],
  [
    'the name by which it is called',
    '"${0##*start-}"',
    ['1: /opt/start.sh', '1: jq'],
    { calledAs: '/opt/links/start-jq' },
  ],
  ['variables by names of their own', 'K=TOOL; declare "$K=jq"; $TOOL', ['1: jq']],
])('values: %s', (_, text, expected, given) => {
  expect(started(text, given).sort()).toEqual(expected.sort());
});

test.each<[string, string, string[], Given?]>([
  ['a here-document with variables', 'X=q\nsh <<E\nj$X\nE\n', ['2: sh << "jq\\n"']],
  ['a quoted here-document', "sh <<'E'\nj$X\nE\n", ['1: sh << "j$X\\n"']],
  [
    'text through filters',
    'echo jq | cat | sort | sh',
    ['1: cat << "jq"', '1: sh << "jq"', '1: sort << "jq"'],
  ],
  ['what a function prints', 'f() { echo a; echo b; }\nf | sh', ['2: sh << "a\\nb"']],
  [
    'a script that is sourced once it is written',
    'echo "X=jq" >/tmp/env\n. /tmp/env\n$X',
    ['3: jq'],
  ],
  ['what a command prints, sourced', '. <(echo X=jq)\n$X', ['2: jq']],
])('input: %s', (_, text, expected, given) => {
  expect(started(text, given).sort()).toEqual(expected.sort());
});

test.each<[string, string]>([
  ['open parentheses', '('.repeat(100_000)],
  ['open substitutions', '$('.repeat(100_000)],
  ['open quotes and substitutions', '"$('.repeat(50_000)],
  ['shallow substitutions, many', '"$(a "$(b "$(c)")")" '.repeat(10_000)],
  ['here-documents', '<<a '.repeat(100_000)],
  ['functions inside of functions', 'f() '.repeat(100_000)],
  ['backticks', '`'.repeat(100_001)],
  ['a long line', 'x '.repeat(200_000)],
  ['many variables', Array.from({ length: 20_000 }, (_, at) => `a${at}=$a${at - 1}x`).join('\n')],
  [
    'values that double',
    Array.from({ length: 200 }, (_, at) => `a${at + 1}=$a${at}$a${at}`)
      .join('\n')
      .replace('$a0', 'xx'),
  ],
  [
    'functions that call two others',
    Array.from({ length: 60 }, (_, at) => `f${at}() { f${at + 1} $1a; f${at + 1} $1b; }`).join(
      '\n',
    ) + '\nf0',
  ],
  ['a text that evaluates itself', `X='eval "$X"; eval "$X"'; eval "$X"`],
  ['choices of choices', '${A:-${B:-'.repeat(20) + 'x' + '}}'.repeat(20)],
  ['many unset variables in a word', '$a$b$c$d$e$f$g$h$i$j'.repeat(1000)],
  [
    'bytes',
    Buffer.from(Array.from({ length: 200_000 }, (_, at) => (at * at + 7 * at) & 255)).toString(
      'latin1',
    ),
  ],
])('takes little time: %s', (_, text) => {
  const before = performance.now();
  started(text);
  expect(performance.now() - before).toBeLessThan(5000);
});
