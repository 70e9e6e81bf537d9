import type { Language } from '../graph/sources/language.ts';

/** How a language starts programs, opens libraries, or loads code. */
export interface Site {
  readonly language: Language['name'];
  readonly kind: 'starts' | 'loads';
  /** All before the expression that says what; or a command line in the group `line`. */
  readonly pattern: RegExp;
  /** Arguments before that expression which the pattern leaves out. */
  readonly skip: number;
  /** What is loaded is code of the same language, all of which stays. */
  readonly isCovered: boolean;
  /** A text is a command line, not the name of a program. */
  readonly isLine: boolean;
  /** Nothing says what it may be. */
  readonly isAny: boolean;
  /** What is loaded is the text itself, as code of the same language. The pattern ends before the parenthesis. */
  readonly isCode: boolean;
  /** It opens a file, or the pipe of a command line that `|` tells from one. */
  readonly isPipe: boolean;
  /** A function of somebody else's: without the argument it starts nothing, and in a table any of it may say what. */
  readonly isCaller?: boolean;
  /** What is started whatever the arguments are: a command line, unless settings have another. */
  readonly says?: string;
  /** The name of the program is given once more, as the first of its arguments. */
  readonly argv: boolean;
  /** What the source must hold: names that have other meanings elsewhere. */
  readonly needs?: RegExp;
}

export const site = (
  language: Language['name'],
  kind: Site['kind'],
  pattern: RegExp,
  more: Partial<Omit<Site, 'language' | 'kind' | 'pattern'>> = {},
): Site => ({
  ...{ language, kind, pattern, skip: 0, isCovered: false, isLine: false },
  ...{ isAny: false, isCode: false, isPipe: false, argv: false },
  ...more,
});

const CODE = { isCovered: true };
const LINE = { isLine: true };

export const SITES: readonly Site[] = [
  // `exec` is also a method of patterns: with a dot before it, only what is called like the module counts.
  site(
    'script',
    'starts',
    /(?:(?<![.\w$])(?:execFile|spawn)(?:Sync)?|(?<=[\w$)\]]\s{0,4}\.)(?:spawn|execFile(?:Sync)?|spawnSync)\)?)\(\s*/g,
  ),
  site('script', 'starts', /(?<=[\w$)\]]\s{0,4}\.)execSync\)?\(\s*/g, LINE),
  // What it starts is another source, with the same program.
  site(
    'script',
    'loads',
    /(?:(?<![.\w$])|\b(?:child_?process|childProcess|cp)\.)fork\(\s*(?=[A-Za-z_$(][^)\n]{0,60}|`[^`\n]{0,40}\$\{)/g,
    CODE,
  ),
  site(
    'script',
    'starts',
    /(?:(?<![.\w$])|\b(?:child_?process|childProcess|cp)\.)exec(?:Sync)?\(\s*/g,
    LINE,
  ),
  site(
    'script',
    'loads',
    /(?<![.\w$])(?:require|import|require\.resolve|module\.require|require\.main\.require|Module\._load)\(\s*(?=[A-Za-z_$(][^)\n]{0,60}|`[^`\n]{0,40}\$\{|["'][^"'\n]*["']\s*\+)/g,
    CODE,
  ),
  // Handed to others, it loads what they name.
  site('script', 'loads', /(?<=\.(?:map|forEach|flatMap|then)\(\s{0,4})require(?=\s{0,4}[,)])/g, {
    ...CODE,
    isAny: true,
  }),
  site(
    'script',
    'loads',
    /(?<![.\w$])(?:eval|(?:new\s{1,4})?Function)(?=\()|\b(?:runInThisContext|runInNewContext|runInContext|compileFunction)(?=\()|\bnew\s{1,4}(?:vm\.)?Script(?=\()/g,
    { isCode: true, needs: /\brequire\s{0,4}\(|\bmodule\.exports\b|\bprocess\.|\bfrom\s{1,4}["']/ },
  ),
  // The code of a worker is a text where it says so.
  site(
    'script',
    'loads',
    /\bnew\s{1,4}(?:[\w$.]{1,40}\.)?Worker\(\s*(?=[^;]{0,2000}?\beval\s{0,4}:\s{0,4}(?:true|!0)\b)/g,
    { isCode: true },
  ),
  // A module that nobody can tell, and of that a member nobody can tell.
  site('script', 'starts', /\brequire\((?!\s*["'`])[^()\n]{1,100}\)\s{0,4}\[(?!\s{0,4}["'`])/g, {
    isAny: true,
  }),
  site(
    'python',
    'starts',
    /\b(?:(?:subprocess|sp)\.(?:run|call|Popen|check_output|check_call)|(?<!\.)(?:Popen|check_output|check_call)|create_subprocess_exec|pty\.spawn|pexpect\.spawn)\(\s*/g,
  ),
  site('python', 'starts', /(?<![\w.]|def )(?:run|call)\(\s*/g, {
    needs: /^[ \t]*from[ \t]+subprocess[ \t]+import\b[^\n]*\b(?:run|call|\*|\()/m,
  }),
  site('python', 'starts', /\bos\.(?:exec[lv]p?e?|posix_spawnp?)\(\s*/g, { argv: true }),
  site('python', 'starts', /\bos\.spawn[lv]p?e?\(\s*/g, { skip: 1, argv: true }),
  site(
    'python',
    'starts',
    /\b(?:os\.(?:system|popen)|(?:subprocess\.)?(?:getoutput|getstatusoutput)|create_subprocess_shell)\(\s*/g,
    LINE,
  ),
  site(
    'python',
    'loads',
    /\b(?:import_module|__import__|entry_points|iter_entry_points|iter_modules|walk_packages|resolve_name|run_module|run_path|spec_from_file_location)\(\s*(?![fbru]{0,2}["'])/g,
    CODE,
  ),
  // Code that is made up may start anything; what is read of a file, is in the image.
  site('python', 'loads', /(?<![.\w]|def )(?:exec|eval)(?=\((?!\s*(?:compile\(\s*)?open\())/g, {
    isCode: true,
  }),
  site('ruby', 'loads', /(?<![.\w:@]|def )eval[ (]\s*(?=[a-z_@])/g, { isCode: true }),
  site('perl', 'loads', /(?<![\w$@%>])eval\s{0,4}(?=\(?\s{0,4}\$\w)/g, { isCode: true }),
  site('php', 'loads', /(?<![\w>:$])eval\(\s*(?=[$\w])/g, { isCode: true }),
  site('python', 'starts', /\.subprocess_exec\(\s*/g, { skip: 1 }),
  site('python', 'starts', /\.subprocess_shell\(\s*/g, { skip: 1, isLine: true }),
  site('python', 'starts', /["'](?:os|posix)["']\s{0,4}\)\.(?:system|popen)\(\s*/g, LINE),
  // Objects of any class, made with any arguments.
  site('python', 'starts', /\b(?:unsafe_load(?:_all)?|UnsafeLoader|yaml\.Loader)\b(?!\s*[:=])/g, {
    isAny: true,
  }),
  site('python', 'loads', /\bgetattr\(\s*(?:ctypes\.)?(?:cdll|pydll)\s*,\s*/g),
  site('python', 'loads', /\b(?:cdll|pydll)\[\s*/g),
  site('python', 'loads', /\b(?:CDLL|PyDLL|LoadLibrary|dlopen)\(\s*(?!None)/g),
  site(
    'ruby',
    'starts',
    /(?<![\w:@]|def )(?<!(?<!Kernel|Process)\.)(?:system|exec|spawn)[ (]\s*(?![=\]|&])/g,
  ),
  site('ruby', 'starts', /\b(?:IO\.popen|PTY\.spawn|Open3\.\w+)[ (]\s*/g),
  site('ruby', 'starts', /(?<![\w'"])`(?<line>[^`\n]{1,500})`/g),
  site('ruby', 'starts', /%x(?:\((?<line>[^)\n]{1,500})\)|\{[^}\n]{1,500}\}|\[[^\]\n]{1,500}\])/g),
  site(
    'ruby',
    'loads',
    /(?<![.\w:@])(?:require|require_relative|load|autoload)[ (]\s*(?!["'%:])(?=[a-z_@])/g,
    CODE,
  ),
  // A method by its name, or as an object.
  site(
    'ruby',
    'starts',
    /(?<!\w)(?:send|public_send|__send__|(?:public_|instance_|singleton_)?method)[ (]\s*:?["']?(?:system|exec|spawn|popen[23e]*|capture[23e]*|fork|`)(?![\w!?])/g,
    { isAny: true },
  ),
  site(
    'ruby',
    'starts',
    /\b(?:Kernel|Process|IO|Open3)\.(?:send|public_send|__send__|(?:public_)?method)[ (](?!\s*[:"'])/g,
    { isAny: true },
  ),
  site('ruby', 'starts', /(?<![.\w:@$]|def )open[ (]\s*(?![=\]|&])/g, { isPipe: true }),
  site(
    'ruby',
    'starts',
    /(?<![\w:])(?:IO\.(?:read|readlines|foreach|binread)|Kernel\.open)[ (]\s*/g,
    {
      isPipe: true,
    },
  ),
  site('ruby', 'loads', /\b(?:dlopen|ffi_lib)[ (]\s*/g),
  site('perl', 'starts', /(?<![\w$@%>&]|sub )(?:system|exec)\b\s{0,4}\(?\s{0,4}(?=["'$@({[]|qw)/g),
  site('perl', 'starts', /(?<![\w'"$])`(?<line>[^`\n]{1,500})`/g),
  site('perl', 'starts', /\bqx\s{0,2}\{(?<line>[^}\n]{1,500}(?:\{[^}]*\}[^}\n]*)*)\}/g),
  site('perl', 'starts', /\bqx\s{0,2}(?:\((?<line>[^)\n]{1,500})\)|\/[^/\n]+\/)/g),
  site(
    'perl',
    'starts',
    /\bopen\s{0,4}\(?\s{0,4}(?:my\s+)?[$\w]+\s{0,4},\s{0,4}["'](?:-\||\|-)["']\s{0,4},\s{0,4}/g,
  ),
  // With two arguments, what begins or ends with `|` is a command line.
  site('perl', 'starts', /\bopen\s{0,4}\(?\s{0,4}(?:(?:my|local|our)\s+)?[$\w*]+\s{0,4},\s{0,4}/g, {
    isPipe: true,
  }),
  site('perl', 'starts', /(?<![\w$@%>&]|sub )readpipe\b\s{0,4}\(?\s{0,4}/g, LINE),
  site('perl', 'starts', /\bopen2\s{0,4}\(\s{0,4}/g, { skip: 2 }),
  site('perl', 'starts', /\bopen3\s{0,4}\(\s{0,4}/g, { skip: 3 }),
  site(
    'perl',
    'starts',
    /(?<![\w$@%>&]|sub )(?:run|start|capture|capturex|systemx|run3)\s{0,4}\(?\s{0,4}(?=\[|\\@)/g,
  ),
  site('perl', 'loads', /(?<![\w$@%>])require\s{1,4}(?=\$)/g, CODE),
  site('perl', 'loads', /\b(?:dl_load_file|FFI::Platypus|find_lib)\s{0,4}\(\s{0,4}(?=\$)/g),
  site(
    'php',
    'starts',
    /(?<![\w>:$]|function )(?:exec|shell_exec|system|passthru|proc_open|popen)\(\s*/g,
    LINE,
  ),
  site('php', 'starts', /(?<![\w>:$]|function )pcntl_exec\(\s*/g),
  site('php', 'starts', /\bnew\s+\\?(?:[\w\\]+\\)?Process\(\s*/g),
  site('php', 'starts', /(?<![\w'"])`(?<line>[^`\n]{1,500})`/g),
  // A function by its name, which others call.
  site(
    'php',
    'starts',
    /(?<!(?:function_exists|is_callable|method_exists)\(\s{0,4})(["'])\\{0,2}(?:shell_exec|passthru|proc_open|pcntl_exec)\1(?!\s{0,4}(?:=>|\]))/g,
    { isAny: true },
  ),
  site(
    'php',
    'starts',
    /\b(?:call_user_func(?:_array)?|array_(?:map|walk|filter)|fromCallable|register_shutdown_function|ob_start|ReflectionFunction)\(\s{0,4}(["'])\\{0,2}(?:system|exec|popen)\1/g,
    { isAny: true },
  ),
  site('php', 'loads', /(?<![\w>:$])(?:require|include)(?:_once)?\s{0,4}\(?\s{0,4}(?=\$)/g, CODE),
  // @see https://www.php.net/manual/en/mail.configuration.php
  site('php', 'starts', /(?<![\w>:$]|function )mb_send_mail\(|(?<![\w>:$]|function )mail\(/g, {
    ...LINE,
    says: 'sendmail -t -i',
  }),
  site('php', 'loads', /\bFFI::cdef\(\s*/g, { skip: 1 }),
  site('php', 'loads', /\bFFI::load\(\s*|(?<![\w>:$])dl\(\s*/g),
];
