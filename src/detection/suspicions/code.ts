import type { Program, ShellReading } from '../shell.ts';
import { codeOf } from './execution.ts';
import type { Rule } from './rule.ts';

/** Longest one-liner that is taken for nothing but its one call, in characters. */
const oneLinerCharactersMax = 240;
const startsCommand = String.raw`(?:[\w.:]*\b(?:system|exec[lv]?p?e?|popen\d?|spawn\w*|passthru|shell_exec|execute|check_output|check_call|getoutput|call|run|Popen)\b\s*[\s(\["'])`;
const imports = String.raw`(?:\s*(?:import|use|require|from)\b[^;\n]{0,60}[;\n])*`;
const onlyCall = new RegExp(
  String.raw`^${imports}\s*(?:BEGIN\s*\{)?\s*(?:print(?:f|ln)?\s*\(?)?\s*${startsCommand}[^;{}]*[;})\s]*(?:exit\(?\d?\)?;?\s*\}?)?\s*$`,
);

/** The code of an interpreter's `-c` or `-e` without its options. */
const oneLiner = (program: Program): string =>
  program.args
    .filter((word) => !/^-[-\w]+$/.test(word))
    .join('\n')
    .slice(0, oneLinerCharactersMax + 1);

const isOneLiner = (program: Program): boolean =>
  codeOf(program) !== '' && program.args.some((word) => /^-\w*[ceErR]$|^--(eval|execute)/.test(word));

/** Debuggers and editors that have another language built in. */
const hosts = /^(r?vim?|nvim|r?view|vimdiff|gdb|lldb|gimp|rpm|nmap|weechat|irssi)$/;
const reachesOut = /\b(os|pty|socket|subprocess|ctypes|urllib\w*|http\.client)\b(?=[.;,\s])|\bopen\s*\(|os\.execute|io\.(open|popen)/;
const builtIn = /^\+?:?\s*(py(thon|3|x)?\d?|lua|ruby|perl|tcl|script)\b|%\{lua:|fu-eval/;

const takesRights = /\bset(e|re|res)?uid\s*\(?\s*\(?\s*0\b|POSIX::setuid|Process::(Sys|UID)\.\w+\(?\s*0|posix_setuid\(\s*0|\bsetgid\(0\)/;

const talks =
  /urlopen|urlretrieve|requests\.(get|post)|LWP::|HTTP::Tiny|Net::(HTTP|FTP)|open-uri|\bsocket\b|TCPSocket|fsockopen|https?\.(get|request)|stream_context_create|(file_get_contents|fopen)\s*\(\s*["']https?:|net\.(connect|createServer)|\bfetch\s*\(/;
const handlesFiles =
  /\bopen\s*\(|file_put_contents|file_get_contents|getstore|urlretrieve|io\.open|IO\.copy_stream|File\.(read|write|open)|readFile|writeFile|createWriteStream|copy\s*\(/;
const readsFile =
  /\b(print|puts|echo|write|stdout)\b[^;]{0,40}\b(open\s*\([^)]*\)\s*\.\s*read|File\.read|readFileSync|file_get_contents|io\.open)|^\s*readfile\s*\(|open\s*\([^)]*\)\s*\.\s*read\s*\(\)\s*\)?\s*$|io\.open\([^)]*\)[^]*read\(/;
const writesFile =
  /open\s*\([^)]*["'][wa]b?\+?["'][^)]*\)\s*\.\s*write|File\.(write|open\([^)]*["'][wa])|file_put_contents|writeFile(Sync)?\(|io\.open\([^)]*["'][wa]b?["']|open\s*\(?\s*\w+\s*,\s*["']>/;

/** A shell in a text that is written to a file: as a call of another language, or tied to the terminal by hand. */
const writtenShell =
  /\b(system|exec[lv]?p?e?|popen|spawn\w*|execute|shell_exec|passthru|pcntl_exec)\s*\(?\s*\[?["'](\/(usr\/)?bin\/)?(ba|z|da)?sh\b|\/bin\/(ba|z|da)?sh\b(\s+-\w+)*\s+(0?<&\d|\d?>&0|<\$\(|<\/dev\/tty|-p\b)|(^|\n)(exec )?(ba|da)?sh (0?<&\d|1>&0)|(invoke|preinstall|postinstall|prebuild)["']?\s*[:{]+\s*["']\/bin\/(ba|da)?sh/i;

/** A page that hands what it is asked to a shell. */
const webShell =
  /(system|exec|eval|passthru|shell_exec|popen|assert)\s*\(\s*\$_(GET|POST|REQUEST|COOKIE|SERVER)|Runtime\.getRuntime\(\)\.exec\(\s*request\.|eval\s*\(\s*request/i;

function writtenText(program: Program, reading: ShellReading): string | null {
  const toFile = program.redirects.some(({ operator, target }) => operator.startsWith('>') && !/^(\d|&|-|\/dev\/)/.test(target));
  const toTee = program.feeds === null ? null : (reading.programs[program.feeds]?.name ?? null);
  const piped = reading.programs.some(
    ({ name, pipedFrom }) => ['tee', 'sponge', 'dd'].includes(name) && reading.programs[pipedFrom ?? -1] === program,
  );
  if (!toFile && !piped && toTee !== 'tee') return null;
  if (program.name === 'echo' || program.name === 'printf') return program.args.join(' ');
  return program.name === 'cat' ? program.input : null;
}

export const codeRules: readonly Rule[] = [
  {
    code: 'COMMAND_IN_CODE',
    tactic: 'EXECUTION',
    points: 30,
    find: (program) =>
      (isOneLiner(program) || /^(g|m|n)?awk$/.test(program.name)) &&
      oneLiner(program).length <= oneLinerCharactersMax &&
      onlyCall.test(oneLiner(program))
        ? `runs a command by ${program.name} instead of the shell`
        : null,
    suspicious: [
      'python3 -c "import os; os.system(\'id\')"',
      'perl -e \'exec "id";\'',
      'awk \'BEGIN {system("id")}\'',
      "php -r 'system($c);'",
      'ruby -e \'exec "id"\'',
    ],
    harmless: [
      'awk \'{system("mv " $1 " x/")}\' list',
      'perl -pe "s/a/b/" x',
      'python3 -c "import sys; print(sys.path)"',
      'node -e "process.exit(1)"',
      'python3 -m venv x',
      'perl -ne "print if /system/" x',
    ],
  },
  {
    code: 'EMBEDDED_CODE',
    tactic: 'EXECUTION',
    points: 50,
    find(program) {
      if (!hosts.test(program.name)) return null;
      return program.args.some((word) => builtIn.test(word) && reachesOut.test(word)) ? `runs code inside ${program.name}` : null;
    },
    suspicious: [
      'vim -c ":py3 import os; os.getcwd()"',
      'gdb -nx -ex "python import socket; s = 1" -ex quit',
      'gdb -ex "python print(open(\'x\').read())"',
      'rpm --eval "%{lua:print(io.open(\'x\'):read())}"',
    ],
    harmless: [
      'gdb -ex "python import sys; sys.path.insert(0, \'x\')" app',
      'gdb -ex run --args python3 os.py',
      'vim -c ":set nu" x',
      'rpm --eval "%{_libdir}"',
    ],
  },
  {
    code: 'RIGHTS_IN_CODE',
    tactic: 'PRIVILEGE_ESCALATION',
    points: 50,
    find: (program) => (takesRights.test(codeOf(program)) ? `takes over root's rights in ${program.name}` : null),
    suspicious: [
      'python3 -c "import os; os.setuid(0); os.listdir()"',
      "perl -e 'use POSIX qw(setuid); POSIX::setuid(0);'",
      "node -e 'process.setuid(0)'",
    ],
    harmless: ['python3 -c "import os; print(os.getuid())"', 'grep -r "setuid(0)" src', 'python3 -c "import os; os.setuid(1000)"'],
  },
  {
    code: 'SHELL_WRITTEN',
    tactic: 'EXECUTION',
    points: 50,
    find(program, reading) {
      const text = writtenText(program, reading);
      if (text === null) return null;
      if (webShell.test(text)) return 'writes a page that runs what it is sent';
      return writtenShell.test(text) ? 'writes a script that starts a shell' : null;
    },
    suspicious: [
      'echo \'os.execute("/bin/sh")\' > $f',
      "echo '/bin/sh 0<&1' > x",
      "echo \"import os; os.execl('/bin/sh', 'sh')\" | tee d/setup.py",
      "printf '#!/bin/sh\\n/bin/sh -p' > /var/x",
      'cat > x.rb <<E\nexec("/bin/bash")\nE',
      'echo \'<?php system($_GET["c"]); ?>\' > x.php',
    ],
    harmless: [
      "echo '#!/bin/sh' > x",
      'echo "exec make" > run.sh',
      "printf '#!/bin/bash\\nset -e\\n' > x",
      'echo "system(make)" > x',
      'echo /usr/bin/fish | sudo tee -a /etc/shells',
      "echo \"subprocess.run(['sh', 'x'])\"",
    ],
  },
  {
    code: 'CODE_MOVES_FILES',
    tactic: 'COMMAND_AND_CONTROL',
    points: 30,
    find(program) {
      if (!isOneLiner(program)) return null;
      const code = codeOf(program);
      return talks.test(code) && handlesFiles.test(code) ? `moves a file over the network by ${program.name}` : null;
    },
    suspicious: [
      "python3 -c \"import urllib.request as r; r.urlretrieve('http://h/x', 'x')\"",
      'php -r \'file_put_contents("x", file_get_contents("http://h/x"));\'',
      'ruby -e \'require "open-uri"; IO.copy_stream(URI.open("http://h/x"), "x")\'',
      'perl -MLWP::Simple -e \'getstore("http://h/x", "x")\'',
    ],
    harmless: [
      'python3 -c "import urllib.request; urllib.request.urlopen(\'http://localhost/health\')"',
      'php -r \'echo strlen("x");\'',
      'python3 fetch.py',
      'node -e "fetch(\'http://h\')"',
    ],
  },
  {
    code: 'FILE_BY_CODE',
    tactic: 'COLLECTION',
    points: 15,
    find(program) {
      if (!isOneLiner(program)) return null;
      const code = oneLiner(program);
      return code.length <= oneLinerCharactersMax && (readsFile.test(code) || writesFile.test(code))
        ? `reads or writes a file by ${program.name}`
        : null;
    },
    suspicious: [
      'python3 -c "print(open(\'x\').read())"',
      'ruby -e \'puts File.read("x")\'',
      "python3 -c \"open('x', 'w').write('y')\"",
      'php -r \'readfile("x");\'',
    ],
    harmless: [
      'python3 -c "import json; print(json.load(open(\'x\')))"',
      'python3 -c "print(1)"',
      'perl -ne "print" x',
      'node -e \'require("fs").mkdirSync("x")\'',
    ],
  },
];
