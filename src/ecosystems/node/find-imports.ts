import type { Node } from '../../tree/node.ts';
import type { OpenFile } from '../../tree/open-file.ts';
import { readText } from '../../tree/read-text.ts';

/**
 * Names of packages that an application's own sources import. Tests and settings of tools are skipped:
 * they import what only a build needs. TypeScript is read only if the image runs it without compiling.
 */
export const findImports = async (
  folder: Node,
  open: OpenFile,
  { runsTypeScript, skip }: { readonly runsTypeScript: boolean; readonly skip: ReadonlySet<Node> },
): Promise<Set<string>> => {
  const names = new Set<string>();
  const pattern = runsTypeScript ? /\.[cm]?[jt]sx?$/ : /\.([cm]?js|jsx)$/;
  const todo: Node[] = [folder];
  for (let at = todo.pop(); at; at = todo.pop()) {
    for (const child of at.children?.values() ?? []) {
      if (child.children) {
        if (!SKIPPED_FOLDERS.test(child.name)) todo.push(child);
        continue;
      }
      const isScript = child.name.includes('.') ? pattern.test(child.name) : isProgram(child);
      if (!isScript || SKIPPED_FILES.test(child.name) || skip.has(child)) continue;
      const text = await readText(open, child, SOURCE_SIZE);
      for (const [, spec = ''] of text?.matchAll(IMPORT) ?? []) {
        const name = packageName(spec);
        if (name !== undefined) names.add(name);
      }
    }
  }
  return names;
};

const SOURCE_SIZE = 64 * 1024 * 1024;

const isProgram = ({ entry }: Node): boolean =>
  ((entry?.mode ?? 0) & 0o111) !== 0 && (entry?.size ?? 0) < 1024 * 1024;

const SKIPPED_FOLDERS =
  /^(node_modules|\.git|\.next|\.nuxt|coverage|tests?|__tests__|__mocks__|specs?|e2e|cypress|benchmarks?|\.storybook|\.husky|\.github)$/;

const SKIPPED_FILES =
  /(\.(test|spec|stories|e2e|config|conf|setup)\.|^\.\w+rc\.|^(gulpfile|gruntfile|webpack|rollup|karma|jest|vite|babel)\b)/i;

const IMPORT =
  /(?:\brequire(?:\.resolve)?\s{0,8}\(|\bfrom|\bimport\s{0,8}\(?)\s{0,8}["'`]([^"'`\n]{1,256})["'`]/g;

/** `@scope/name` of `@scope/name/file`; `undefined` for paths and Node's own modules. */
const packageName = (spec: string): string | undefined =>
  /^(@[^/\s]+\/[^/\s]+|[^@./\s][^/\s:]*)(\/.*)?$/.exec(spec)?.[1];
