/**
 * Programs that build what an application serves, each with the words behind it for which it does: `''` for
 * none at all, `undefined` for any.
 */
export const BUILDERS: Readonly<Record<string, readonly string[] | undefined>> = {
  ...Object.fromEntries(
    (
      'babel browserify build-storybook ember-cli encore esbuild grunt gulp lessc microbundle ng-packagr ngc parcel ' +
      'postcss rolldown rollup rspack sass snowpack start-storybook stylus swc tailwindcss tsc tsdown tsup unbuild ' +
      'vite-ssg vue-tsc watchify webpack webpack-cli webpack-dev-server'
    )
      .split(' ')
      .map((name) => [name, undefined]),
  ),
  astro: ['', 'build', 'dev'],
  craco: ['build', 'start'],
  docusaurus: ['build', 'start'],
  ember: ['build', 'serve', 'b', 's'],
  eleventy: undefined,
  farm: ['', 'build', 'start'],
  gatsby: ['build', 'develop'],
  hexo: ['generate', 'server', 'deploy', 'g', 's', 'd'],
  medusa: ['build', 'develop'],
  nest: ['build', 'start'],
  next: ['', 'build', 'dev', 'export'],
  ng: ['build', 'serve', 'b', 's'],
  nuxi: ['build', 'dev', 'generate'],
  nuxt: ['', 'build', 'dev', 'generate'],
  quasar: ['build', 'dev'],
  'react-router': ['build', 'dev'],
  'react-scripts': ['build', 'start'],
  remix: ['build', 'dev', 'vite:build', 'vite:dev'],
  rsbuild: ['', 'build', 'dev'],
  storybook: ['build', 'dev'],
  strapi: ['build', 'develop', 'dev'],
  'svelte-kit': ['build', 'dev'],
  vite: ['', 'build', 'dev', 'serve', 'optimize'],
  vitepress: ['', 'build', 'dev'],
  'vue-cli-service': ['build', 'serve'],
  vuepress: ['build', 'dev'],
};

/** Tools that read code in the folder of a package.json as their settings: `vite.config.js`, `jest.setup.ts`. */
const CONFIGURED =
  'astro ava babel c8 codegen commitlint craco cypress docusaurus drizzle electron-builder electron.vite esbuild eslint ' +
  'farm forge gridsome i18next-parser jasmine jest karma knip lint-staged metro mocha next nightwatch nuxt nyc openapi-ts ' +
  'orval panda playwright postcss prettier prisma protractor quasar react-router release remix renovate rolldown rollup ' +
  'rsbuild rslib rspack semantic-release size-limit snowpack stencil storybook stryker stylelint svelte swc syncpack ' +
  'tailwind tsdown tsup typedoc unbuild uno unocss vite vitepress vitest vue wdio webpack windi wxt xo';

/** The same by the whole name of the file. */
const FILES = 'ember-cli-build gruntfile gulpfile plopfile rollup setupTests webpack';

const anyOf = (names: string): string => names.replaceAll('.', String.raw`\.`).replaceAll(' ', '|');

const SETTINGS = new RegExp(
  [
    String.raw`(?<tool>${anyOf(CONFIGURED)})[.-](?:[\w-]+[.-])*(?:config|conf|setup)(?:[.-][\w-]+)*`,
    String.raw`\.(?<rc>[\w-]+?)rc`,
    String.raw`(?<file>${anyOf(FILES)})(?:[.-][\w-]+)*`,
  ]
    .map((name) => String.raw`^(?:${name})\.[cm]?[jt]sx?$`)
    .join('|'),
  'i',
);

/** The tool whose settings a file of this name holds, where it lies beside a package.json. */
export const toolOfSettings = (name: string): string | undefined => {
  const groups = SETTINGS.exec(name)?.groups;
  const tool = groups?.['tool'] ?? groups?.['rc'] ?? groups?.['file'];
  return tool?.toLowerCase().replace(/file$/, '').replace('ember-cli-build', 'ember');
};
