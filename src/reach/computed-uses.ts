/**
 * Places in a source where it starts a program, opens a library or loads code by a name that it makes up while it
 * runs. `at` is a position in the text.
 */
export interface ComputedUse {
  readonly kind: 'starts' | 'loads';
  readonly at: number;
  /** What is written there. */
  readonly word: string;
  /** It loads code of its own language, all of which stays. */
  readonly isCovered: boolean;
}

/** Finds computed uses in the source of an application, by the ending of its name. */
export const computedUses = (name: string, text: string): ComputedUse[] =>
  PATTERNS.filter(({ files }) => files.test(name)).flatMap(({ kind, pattern, isCovered }) =>
    [...text.matchAll(pattern)]
      .slice(0, MAX_USES)
      .flatMap(({ index, 0: word }) =>
        isInComment(text, index) ? [] : [{ kind, at: index, word: oneLine(word), isCovered }],
      ),
  );

const MAX_USES = 100;

interface Pattern {
  readonly files: RegExp;
  readonly kind: ComputedUse['kind'];
  readonly pattern: RegExp;
  readonly isCovered: boolean;
}

const starts = (files: RegExp, pattern: RegExp): Pattern => ({
  files,
  kind: 'starts',
  pattern,
  isCovered: false,
});

const loads = (files: RegExp, pattern: RegExp, isCovered: boolean): Pattern => ({
  files,
  kind: 'loads',
  pattern,
  isCovered,
});

const SCRIPT = /\.[cm]?[jt]sx?$/;
const PYTHON = /\.pyw?$/;
const RUBY = /\.(rb|ru|rake)$/;
const PERL = /\.(pl|pm|psgi|cgi|t)$/;
const PHP = /\.(php|inc|phtml)$/;

const PATTERNS: readonly Pattern[] = [
  // `exec` is also a method of patterns: with a dot before it, only what is called like the module counts.
  starts(
    SCRIPT,
    /(?:(?<![.\w$])|\b(?:child_?process|childProcess|cp)\.)(?:exec|execFile|spawn|fork)(?:Sync)?\(\s*(?!process\.execPath)(?:[A-Za-z_$(][^,)\n]{0,60}|`\$\{[^`\n]{0,60})/g,
  ),
  loads(
    SCRIPT,
    /(?<![.\w$])(?:require|import)\(\s*(?:[A-Za-z_$(][^)\n]{0,60}|`[^`\n]{0,40}\$\{[^`\n]{0,40})/g,
    true,
  ),
  starts(
    PYTHON,
    /\b(?:subprocess\.(?:run|call|Popen|check_output|check_call|getoutput|getstatusoutput)|Popen|os\.(?:system|popen|exec[lv]p?e?|spawn[lv]p?e?|posix_spawnp?)|create_subprocess_(?:exec|shell))\(\s*(?:[[(]\s*)?(?!sys\.executable|[fbru]{0,2}["'])[A-Za-z_*(][^,)\n]{0,60}/g,
  ),
  loads(
    PYTHON,
    /\b(?:import_module|__import__|entry_points|iter_entry_points|iter_modules|walk_packages|run_module|run_path|spec_from_file_location)\(\s*(?![fbru]{0,2}["'])[^)\n]{0,60}/g,
    true,
  ),
  loads(
    PYTHON,
    /\b(?:CDLL|PyDLL|LoadLibrary|dlopen)\(\s*(?!None|[fbru]{0,2}["']|[\w.]*find_library\(["'])[A-Za-z_][^,)\n]{0,60}/g,
    false,
  ),
  starts(
    RUBY,
    /(?<![.\w:@])(?:system|exec|spawn)[ (]\s*(?!["'%:])[a-z_@][^,)\n]{0,60}|\b(?:IO\.popen|Open3\.\w+)[ (]\s*(?:\[\s*)?(?!["'%])[a-z_@][^,)\n]{0,60}|`#\{[^`\n]{0,60}/g,
  ),
  loads(
    RUBY,
    /(?<![.\w:@])(?:require|require_relative|load|autoload)[ (]\s*(?!["'%:])[a-z_@][^)\n]{0,60}/g,
    true,
  ),
  loads(RUBY, /\bdlopen[ (]\s*(?!["'])[a-z_@][^,)\n]{0,60}/g, false),
  starts(
    PERL,
    /(?<![\w$@%>])(?:system|exec)\s{0,4}\(?\s{0,4}[$@][^,)\n]{0,60}|`\s{0,4}\$[^`\n]{0,60}|\bqx\W\s{0,4}\$[^\n]{0,60}/g,
  ),
  loads(PERL, /(?<![\w$@%>])require\s{1,4}\$[^;\n]{0,60}/g, true),
  starts(
    PHP,
    /(?<![\w>:$])(?:exec|shell_exec|system|passthru|proc_open|popen|pcntl_exec)\(\s*\$[^,)\n]{0,60}/g,
  ),
  loads(PHP, /(?<![\w>:$])(?:require|include)(?:_once)?\s{0,4}\(?\s{0,4}\$[^;\n]{0,60}/g, true),
  loads(PHP, /\b(?:FFI::cdef|FFI::load|dl)\([^)\n]{0,40}\$[^)\n]{0,60}/g, false),
];

const isInComment = (text: string, at: number): boolean =>
  /^\s*(\/\/|#|\*)/.test(text.slice(text.lastIndexOf('\n', at - 1) + 1, at));

const oneLine = (word: string): string => word.trim().replaceAll(/\s+/g, ' ');
