import type { Ecosystem } from './ecosystem.ts';

export const python: Ecosystem = {
  name: 'python',
  packageSigns: [
    {
      type: 'python',
      path: /\/([^/-]+)-([^/]+)\.dist-info\/METADATA$/,
      nameEnds: ['METADATA'],
    },
    {
      type: 'python',
      path: /\/([^/-]+)-([^/-]+)(?:-[^/]*)?\.egg-info(?:\/PKG-INFO)?$/,
      nameEnds: ['.egg-info', 'PKG-INFO'],
    },
  ],
  packageFolders: ['site-packages', 'dist-packages'],
  sources: [{ kind: 'code', extensions: ['py'] }],
  runFunctions: ['system', 'popen', 'Popen', 'run', 'call', 'check_output'],
  libraryOpeners: [/ctypes/, /cffi/, /\bffi/, /find_library/, /[lL]oad_?[lL]ibrary/],
  ignoredCallers: [
    /\/(site|dist)-packages\/(pip|setuptools|wheel|pkg_resources|_distutils_hack|distutils|numpy\/(distutils|f2py)|Cython|cffi|uv|poetry|virtualenv|versioneer|setuptools_scm|mesonpy|mesonbuild|scikit_build_core|cmake|ninja)\//,
    /\/(_version|versioneer)\.py$/,
    /\/lib\/python[0-9.]+\/(distutils|ctypes\/util|sysconfig|_sysconfigdata[^/]*|_osx_support|idlelib|lib2to3|test|ensurepip|webbrowser|uuid|platform|config-[^/]*)[/.]/,
  ],
  searchPathVariables: ['PYTHONPATH', 'PYTHONHOME', 'VIRTUAL_ENV'],
  recipes: { honcho: ['Procfile'] },
};
