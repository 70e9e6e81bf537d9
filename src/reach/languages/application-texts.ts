import { PACKAGE_FOLDER } from '../../ecosystems/package-folders.ts';
import { pathOf, typeOf, type Node } from '../../tree/node.ts';

/** Text of an application that may name modules: what no package owns, and what is no package itself. */
export const mayNameModules = (node: Node): boolean => {
  if (typeOf(node) !== 'file' || (node.entry?.size ?? 0) > MAX_TEXT) return false;
  const path = `/${pathOf(node)}`;
  return (
    !BINARY.test(node.name) &&
    !/\/\.(?:git|hg|svn)\//.test(path) &&
    !SYSTEM.test(path) &&
    !PACKAGE_FOLDER.test(path)
  );
};

/** Whether all words of a text may be names: settings, lists of packages. Others are templates, and text for people. */
export const isSettings = ({ name }: Node): boolean =>
  !FOR_PEOPLE.test(name) && (SETTINGS.test(name) || !name.includes('.'));

/** How an image is built, and what there is to read of it. */
const FOR_PEOPLE =
  /^(?:Dockerfile|Containerfile|Jenkinsfile|Vagrantfile|GNUmakefile|[Mm]akefile|README|LICEN[CS]E|COPYING|NOTICE|AUTHORS|CONTRIBUTORS|CHANGE|CHANGES|CHANGELOG|HISTORY|NEWS|TODO)(?:[.-]|$)|^\.(?:dockerignore|gitignore)$/;

const MAX_TEXT = 1024 * 1024;

const SETTINGS =
  /^\.|\.(json|ya?ml|toml|ini|cfg|conf|cnf|env|properties|xml|txt|sh|bash|service|lock|zcml|in)$/;

const BINARY =
  /\.(png|jpe?g|gif|webp|ico|svg|woff2?|ttf|otf|eot|mp[34]|pdf|gz|xz|bz2|zst|zip|tar|jar|so|a|o|mo|db|sqlite3?|pack|idx|wasm|map|crt|pem|csv|tsv|parquet|npy|npz|pkl|pyc)$/;

/** Lists that package managers keep, and what is made of the distribution's files. */
const SYSTEM =
  /^\/(?:proc|sys|dev|lib\/apk|usr\/lib\/apk|usr\/lib\/locale|usr\/share\/(?:doc|info|man|mime|applications|fonts)|var\/(?:log|cache)|var\/lib\/(?:apt|dpkg|pam|ucf|systemd|python)|etc\/(?:alternatives|apk|apt|ssl|ld\.so|pam\.d|rc\d|security))(?:\/|$|\.)/;
