// Builds the page that `--html` writes into one file, `dist/page.html`: script and style are in it, and a policy
// forbids everything else, so that a page neither loads nor sends anything, whatever an image's names contain.
import { createHash } from 'node:crypto';
import { defineConfig, type Plugin } from 'vite';

type Bundle = Parameters<Extract<Plugin['generateBundle'], (...args: never) => unknown>>[1];

const hashOf = (text: string): string =>
  `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/** Takes script and style out of the bundle, as text. */
const take = (bundle: Bundle, ending: string): string =>
  Object.entries(bundle)
    .filter(([name]) => name.endsWith(ending))
    .map(([name, file]) => {
      delete bundle[name];
      return file.type === 'chunk' ? file.code : String(file.source);
    })
    .join('\n')
    .trim();

const oneFile: Plugin = {
  name: 'one-file',
  enforce: 'post',
  generateBundle(_, bundle) {
    const page = bundle['index.html'];
    if (page?.type !== 'asset') throw new Error('the build has no index.html');
    const script = take(bundle, '.js').replaceAll('</script', '<\\/script');
    const style = take(bundle, '.css');
    const policy = `default-src 'none'; script-src ${hashOf(script)}; style-src ${hashOf(style)}; base-uri 'none'; form-action 'none'`;
    const head = [
      `<meta http-equiv="Content-Security-Policy" content="${policy}" />`,
      `<style>${style}</style>`,
    ].join('\n    ');
    page.fileName = 'page.html';
    page.source = String(page.source)
      .replaceAll(/\s*<(script type="module"|link rel="stylesheet")[^>]*>(<\/script>)?/g, '')
      .replace('<meta name="viewport"', () => `${head}\n    <meta name="viewport"`)
      .replace('</body>', () => `  <script>${script}</script>\n  </body>`);
  },
};

export default defineConfig({
  root: 'src/page',
  logLevel: 'warn',
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  plugins: [oneFile],
  build: {
    outDir: '../../dist',
    emptyOutDir: false,
    target: 'es2022',
    modulePreload: false,
    assetsInlineLimit: 0,
    cssCodeSplit: false,
    rolldownOptions: { output: { format: 'iife' } },
  },
});
