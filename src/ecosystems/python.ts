import type { Ecosystem } from './ecosystem.ts';
import { BYTECODE_TIMES, NUMBA_TIMES } from './python/bytecode-times.ts';
import { installedFiles } from './python/installed-files.ts';
import { FOR_SOURCES } from './tool.ts';

/** Some packages are written in Rust; all are installed by pip in the end. */
const FOR_PACKAGES: readonly string[] = [...FOR_SOURCES, 'cargo', 'rustc', 'gfortran'];

export const python: Ecosystem = {
  name: 'python',
  packageSigns: [
    {
      type: 'python',
      path: /\/([^/-]+)-([^/]+)\.dist-info\/METADATA$/,
      nameEnds: ['METADATA'],
      contents: installedFiles,
    },
    {
      type: 'python',
      path: /\/([^/-]+)-([^/-]+)(?:-[^/]*)?\.egg-info(?:\/PKG-INFO)?$/,
      nameEnds: ['.egg-info', 'PKG-INFO'],
      contents: installedFiles,
    },
  ],
  packageFolders: ['site-packages', 'dist-packages'],
  testFolders: [
    /\/(site|dist)-packages\/(.*\/)?tests?$/,
    /\/lib\/python3[^/]*\/([^/]+\/)?(tests?|idlelib|turtledemo)$/,
  ],
  sources: [{ kind: 'code', extensions: ['py'] }],
  runFunctions: ['system', 'popen', 'Popen', 'run', 'call', 'check_output'],
  libraryOpeners: [/ctypes/, /cffi/, /\bffi/, /find_library/, /[lL]oad_?[lL]ibrary/],
  ignoredCallers: [
    /\/(site|dist)-packages\/(pip|setuptools|wheel|pkg_resources|_distutils_hack|distutils|numpy\/(distutils|f2py)|Cython|cffi|uv|poetry|virtualenv|versioneer|setuptools_scm|mesonpy|mesonbuild|scikit_build_core|cmake|ninja)\//,
    /\/(_version|versioneer)\.py$/,
    /\/lib\/python[0-9.]+\/(distutils|ctypes\/util|sysconfig|_sysconfigdata[^/]*|_osx_support|idlelib|lib2to3|test|ensurepip|webbrowser|uuid|platform|config-[^/]*)[/.]/,
  ],
  tools: [
    {
      name: 'assets',
      programs: {
        'manage.py': ['collectstatic', 'compress'],
        'django-admin': ['collectstatic', 'compress'],
        mkdocs: ['build', 'serve'],
        'sphinx-build': undefined,
        pelican: undefined,
      },
      signs: [/call_command\(\s*["'](collectstatic|compress)["']/],
    },
    {
      name: 'pip',
      programs: {
        pip: ['install', 'download', 'wheel'],
        pip3: ['install', 'download', 'wheel'],
        pipx: ['run', 'install', 'inject', 'upgrade'],
        easy_install: undefined,
        'setup.py': ['install', 'develop', 'build', 'build_ext', 'bdist_wheel'],
      },
      calls: FOR_PACKAGES,
      signs: [
        /(?<![^\n;])[ \t]*(import|from)[ \t]+(pip|ensurepip)\b/,
        /\b(import_module|run_module|__import__)\(\s*["'](pip|ensurepip)\b/,
      ],
      offline: [/^PIP_(NO_INDEX=(?!false$|0?$)|FIND_LINKS=.)/],
    },
    {
      name: 'uv',
      programs: { uv: ['pip', 'sync', 'run', 'add', 'tool', 'venv'], uvx: undefined },
      calls: FOR_PACKAGES,
      offline: [/^UV_(OFFLINE|NO_INDEX)=(?!false$|0?$)/],
    },
    {
      name: 'poetry',
      programs: {
        poetry: ['install', 'add', 'update', 'sync'],
        pdm: ['install', 'add', 'update', 'sync'],
      },
      calls: FOR_PACKAGES,
    },
    {
      name: 'pipenv',
      programs: { pipenv: ['install', 'sync', 'update'] },
      calls: FOR_PACKAGES,
    },
    { name: 'pre-commit', programs: { 'pre-commit': undefined }, calls: FOR_PACKAGES },
    { name: 'tox', programs: { tox: undefined, nox: undefined }, calls: FOR_PACKAGES },
    {
      name: 'huggingface',
      programs: { 'huggingface-cli': undefined, hf: undefined },
      offline: [/^(HF_HUB|HF_DATASETS|TRANSFORMERS)_OFFLINE=(?!false$|0?$)/],
    },
  ],
  timeRecords: [BYTECODE_TIMES, NUMBA_TIMES],
  cacheVariables: [
    'MYPY_CACHE_DIR',
    'NUMBA_CACHE_DIR',
    'PIPENV_CACHE_DIR',
    'PIPX_HOME',
    'PIP_CACHE_DIR',
    'PIP_DOWNLOAD_CACHE',
    'POETRY_CACHE_DIR',
    'PYTHONPYCACHEPREFIX',
    'RUFF_CACHE_DIR',
    'UV_CACHE_DIR',
  ],
  modulePathVariables: ['PYTHONPATH'],
  searchPathVariables: ['PYTHONPATH', 'PYTHONHOME', 'VIRTUAL_ENV'],
};
