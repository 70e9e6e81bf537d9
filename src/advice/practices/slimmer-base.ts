import { isWorthwhile, type Finding, type Practice } from '../practice.ts';
import { rootOf } from '../dockerfile/parse-dockerfile.ts';
import { replaceBase } from '../rewrite/replace-base.ts';
import { sizeOf, type StoredFile, type Subject } from '../subject.ts';
import { isToolchain } from '../build-packages.ts';

/** A smaller variant of the same base, without what the image has no use for. */
export const slimmerBase: Practice = {
  id: 'slimmer-base',
  title: 'Start from a smaller base',
  source: 'https://docs.docker.com/build/building/best-practices/#choose-the-right-base-image',
  find: (subject): Finding[] => {
    const { dockerfile } = subject;
    if (!dockerfile || subject.isForBuilding || isNativeOnly(subject)) return [];
    const root = rootOf(dockerfile.stage);
    const slim = slimVariant(root.image);
    if (slim === undefined) return [];
    const files = baseFiles(subject).filter((file) => isLeftOut(file, root.image));
    if (!isWorthwhile(sizeOf(files), subject)) return [];
    return [
      {
        message:
          `${slim.split('@')[0]} is the same without ${isBuildpack(root.image) ? 'compilers, headers, and documentation' : 'documentation and translations'}. ` +
          `Smaller still, and more work: distroless has no shell and no package manager; Alpine has musl instead of glibc, for which binaries of others (wheels, addons of Node) may be missing or slower.`,
        files,
        step: { instruction: root.from, layer: undefined, isBase: false },
        ...replaceBase(root, slim),
      },
    ];
  },
};

/** A program that needs no files of a base: `scratch-base` says so. */
const isNativeOnly = ({ program }: Subject): boolean =>
  program !== undefined && program.isAlone && program.libraries.every(isOfLibc);

/** An image of Docker Hub that no user owns. */
const OFFICIAL = /^(?:docker\.io\/)?(?:library\/)?([\w-]+)$/;
/** Those that have a variant `-slim`. */
const HAS_SLIM = new Set([
  'debian',
  'node',
  'python',
  'ruby',
  'perl',
  'rust',
  'haskell',
  'swift',
  'elixir',
  'erlang',
]);

/** `python:3.12-bookworm` → `python:3.12-slim-bookworm`; `undefined` where there is none, or the tag is one already. */
const slimVariant = (image: string): string | undefined => {
  if (image.includes('@')) return undefined;
  const [, path = '', tag = 'latest'] = /^(.*?)(?::([^:/]+))?$/.exec(image) ?? [];
  const [, name = ''] = OFFICIAL.exec(path) ?? [];
  if (!HAS_SLIM.has(name) || /slim|alpine|windows|nanoserver|ubi|distroless/.test(tag))
    return undefined;
  if (tag === 'latest') return name === 'debian' ? `${path}:stable-slim` : `${path}:slim`;
  if (name === 'debian' || name === 'swift') return `${path}:${tag}-slim`;
  const [, version, suite] = /^(.*?)-?(bookworm|bullseye|trixie|buster)?$/.exec(tag) ?? [];
  const parts = name === 'node' ? [version, suite, 'slim'] : [version, 'slim', suite];
  return `${path}:${parts.filter((part) => part !== undefined && part !== '').join('-')}`;
};

const isBuildpack = (image: string): boolean => !/(^|\/)debian(:|$)/.test(image);

const baseFiles = ({ steps, files }: Subject): readonly StoredFile[] => {
  const layers = new Set(steps.filter(({ isBase }) => isBase).map(({ layer }) => layer));
  return files.filter(({ layer, isUsed }) => layers.has(layer) && !isUsed);
};

/** What Debian's script for slim images removes, and of languages what the variant does not install. */
const isLeftOut = ({ path, package: owner }: StoredFile, image: string): boolean =>
  (/^\/usr\/share\/(doc|man|info|groff|locale|lintian|linda|gnome\/help)\//.test(path) &&
    !path.endsWith('/copyright')) ||
  (isBuildpack(image) && owner !== undefined && isToolchain(owner));

/** Names of the C library's parts, as programs ask for them. */
const LIBC =
  /^(lib(c|m|pthread|dl|rt|resolv|util|nsl|gcc_s)\.so|ld-linux|ld-musl|libc\.musl|linux-vdso)/;
export const isOfLibc = (library: string): boolean => LIBC.test(library);
