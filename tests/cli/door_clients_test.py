"""The doors of the program itself, by the clients that schools have: OpenSSH's sftp, lftp, paramiko and curl put, resume, list, get, rename and remove; fifty
accounts send at once; the server is killed in the middle of a file; whoever guesses is shut out, that is told by letter, and others are served.

    door_clients_test.py ROLLBOOK

ROLLBOOK_DOOR_KILLS and ROLLBOOK_DOOR_GUESSES say how often the server is killed, and how often somebody guesses.
"""
import json, logging, os, random, re, shutil, socket, subprocess, sys, tempfile, threading, time, zipfile

try:
    import paramiko
except ImportError:
    paramiko = None
if paramiko is None or not all(map(shutil.which, ('sftp', 'lftp', 'curl'))):
    print('sftp, lftp, curl or paramiko is not installed (openssh-client, lftp, curl, python3-paramiko): skipped')
    sys.exit(77)

logging.getLogger('paramiko').setLevel(logging.CRITICAL + 1)  # who is turned away is no news
program = os.path.realpath(sys.argv[1])
folder = tempfile.mkdtemp()
home = os.path.join(folder, 'home')
accounts = 50
kills = int(os.environ.get('ROLLBOOK_DOOR_KILLS', '4'))
guesses = int(os.environ.get('ROLLBOOK_DOOR_GUESSES', '200'))
chance = random.Random(11)
ssh_options = ['-F', 'none', '-oBatchMode=yes', '-oIdentitiesOnly=yes', '-oStrictHostKeyChecking=no', '-oUserKnownHostsFile=/dev/null', '-oLogLevel=ERROR',
               '-i', folder + '/key']


def rollbook(*words):
    return subprocess.run([program, *words, '--data', home], check=True, capture_output=True, text=True).stdout


def path(name):
    return os.path.join(folder, name)


def bytes_of(name):
    with open(path(name), 'rb') as file:
        return file.read()


def keep(name, content):
    with open(path(name), 'wb') as file:
        file.write(content)
    return path(name)


class Server:
    def __init__(self):
        self.log = open(path('log'), 'a+')
        doors = ['--sftp', '127.0.0.1:0', '--http-door', 'http://127.0.0.1']
        words = [program, 'serve', '--data', home, '--listen', '127.0.0.1:0', *doors]
        self.process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=self.log, text=True)
        self.address = self.port = None
        for line in self.process.stdout:
            self.address = self.address or (found := re.search(r'listens on (\S+)', line)) and found[1]
            if found := re.search(r'SFTP door is open on \S+:(\d+)', line):
                self.port = int(found[1])
                break
        assert self.port and self.address, 'the server did not begin: ' + open(path('log')).read()

    def kill(self):
        self.process.kill()
        self.process.wait()

    def stop(self):
        self.process.terminate()
        assert self.process.wait(60) == 0


def connection(user, secret=None, address='127.0.0.1'):
    sock = socket.create_connection(('127.0.0.1', server.port), timeout=120, source_address=(address, 0))
    transport = paramiko.Transport(sock)
    transport.banner_timeout = transport.handshake_timeout = transport.auth_timeout = 120
    try:
        transport.connect(username=user, password=secret, pkey=None if secret else paramiko.Ed25519Key.from_private_key_file(path('key')))
    except BaseException:
        transport.close()
        raise
    return transport, paramiko.SFTPClient.from_transport(transport)


def runs():
    return len(json.loads(rollbook('runs', '--district', '1', '--format', 'json')))


def until(what, holds, seconds=120):
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, what
        time.sleep(0.2)


def letters():
    return [json.loads(bytes_of('mail/' + name))['text'] for name in sorted(os.listdir(path('mail'))) if name.endswith('.json')]


def everything_with_sftp():
    def sftp(*commands):
        keep('batch', '\n'.join(commands).encode() + b'\n')
        return subprocess.run(['sftp', '-q', '-b', path('batch'), *ssh_options, '-P', str(server.port), 'sis-1@127.0.0.1'], check=True, capture_output=True,
                              text=True, timeout=120).stdout
    sftp('put %s big.dat' % path('half'), 'reput %s big.dat' % path('whole'), 'get big.dat %s' % path('back'))
    assert bytes_of('back') == whole
    assert 'other.dat' in sftp('rename big.dat other.dat', 'ls -l')
    sftp('rm other.dat')
    assert '.dat' not in sftp('ls -1').replace('sftp> ls -1', '')


def everything_with_lftp():
    def lftp(*commands):
        opening = ['set sftp:connect-program "ssh -a -x %s"' % ' '.join(ssh_options), 'set net:max-retries 1', 'set net:timeout 60', 'set cmd:fail-exit yes',
                   'open -u sis-1,none -p %d sftp://127.0.0.1' % server.port]
        return subprocess.run(['lftp', '--norc', '-c', '; '.join([*opening, *commands])], check=True, capture_output=True, text=True, timeout=120).stdout
    lftp('put %s -o big.dat' % path('half'), 'put -c %s -o big.dat' % path('whole'))
    os.remove(path('back'))
    lftp('get big.dat -o %s' % path('back'))
    assert bytes_of('back') == whole
    assert lftp('mv big.dat other.dat', 'cls -1').split() == ['other.dat']
    lftp('rm other.dat')
    assert lftp('cls -1').split() == []


def everything_with_paramiko():
    transport, sftp = connection('sis-1')
    sftp.put(path('half'), 'big.dat')
    with sftp.open('big.dat', 'a') as file:
        file.write(whole[len(whole) // 2:])
    assert sftp.stat('big.dat').st_size == len(whole)
    sftp.get('big.dat', path('back'))
    assert bytes_of('back') == whole
    sftp.rename('big.dat', 'other.dat')
    sftp.put(path('half'), 'big.dat')
    sftp.posix_rename('big.dat', 'other.dat')
    assert sftp.listdir() == ['other.dat']
    sftp.remove('other.dat')
    assert sftp.listdir() == []
    for forbidden in (lambda: sftp.mkdir('inner'), lambda: sftp.symlink('/etc/passwd', 'link'), lambda: sftp.open('/etc/passwd'),
                      lambda: sftp.open('../x', 'w'), lambda: sftp.listdir('/etc'), lambda: sftp.rmdir('/')):
        try:
            forbidden()
        except (OSError, paramiko.SSHException):
            continue
        raise AssertionError('there is a way out of the folder')
    transport.close()


def a_file_with_curl():
    def curl(secret, name, *more):
        return subprocess.run(['curl', '-q', '-s', '--noproxy', '*', '-o', os.devnull, '-w', '%{http_code}', '-u', 'sis-1:' + secret, '-T', path('roster.zip'),
                               *more, server.address + '/doors/sis-1/' + name], capture_output=True, text=True, timeout=120).stdout
    before = runs()
    assert curl('wrong', '') == '401'
    assert curl(passwords['sis-1'], '', '-H', 'Transfer-Encoding: chunked') == '411'
    assert curl(passwords['sis-1'], '..%2froster.zip') == '400'
    assert curl(passwords['sis-1'], '') == '201'
    until('a zip that curl has put becomes a run', lambda: runs() == before + 1)


def all_accounts_at_once():
    """Each sees its own file and no other; all are connected before the first sends."""
    all_in, wrong = threading.Barrier(accounts), []

    def one(user, secret):
        try:
            transport, sftp = connection(user, secret)
            all_in.wait(300)
            content = (user + '\n').encode() * 20000
            with sftp.open('own.dat', 'w') as file:
                file.set_pipelined(True)
                file.write(content)
            assert sftp.listdir() == ['own.dat'], sftp.listdir()
            with sftp.open('own.dat') as file:
                assert file.read() == content
            sftp.remove('own.dat')
            transport.close()
        except BaseException as error:
            all_in.abort()
            wrong.append('%s: %r' % (user, error))
    senders = [threading.Thread(target=one, args=each) for each in passwords.items()]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    assert len(senders) == accounts and not wrong, wrong


def the_server_is_killed_in_the_middle():
    """What was half there is not run, before or after; once whole it is, once."""
    global server
    content = bytes_of('roster.zip')
    for kill in range(kills):
        before = runs()
        part = chance.randrange(1, len(content))
        transport, sftp = connection('sis-1')
        with_http = kill % 2 == 1
        if with_http:
            host, port = server.address.removeprefix('http://').split(':')
            sender = socket.create_connection((host, int(port)), timeout=60)
            sender.sendall(b'PUT /doors/sis-1/roster.zip HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\nContent-Length: %d\r\n\r\n'
                           % (passwords['sis-1'].encode(), len(content)) + content[:part])
        else:
            file = sftp.open('roster.zip', 'w')
            file.write(content[:part])
            if kill % 4 == 2:
                file.close()  # CLOSE after a part
        server.kill()
        transport.close()
        server = Server()
        assert runs() == before
        transport, sftp = connection('sis-1')
        if with_http:
            sftp.put(path('roster.zip'), 'roster.zip')
        else:
            there = sftp.stat('roster.zip').st_size if 'roster.zip' in sftp.listdir() else 0
            with sftp.open('roster.zip', 'a') as file:
                file.write(content[there:])
        transport.close()
        until('a zip that was cut off and is whole becomes a run', lambda: runs() == before + 1)
        assert runs() == before + 1


def who_guesses_is_shut_out():
    """From ever new addresses, six guesses in a connection; a key from elsewhere is let in all the time."""
    guessed, turned_away, longest = 0, 0, 0.0
    for i in range(10 ** 9):
        if guessed >= guesses:
            break
        address = '127.%d.%d.%d' % (1 + i // 40000, i // 200 % 200, 1 + i // 4 % 50)  # four connections each: the third is turned away
        try:
            sock = socket.create_connection(('127.0.0.1', server.port), timeout=120, source_address=(address, 0))
            transport = paramiko.Transport(sock)
            transport.banner_timeout = transport.handshake_timeout = transport.auth_timeout = 120
            transport.start_client(timeout=120)
            for _ in range(6):
                guessed += 1
                try:
                    transport.auth_password('sis-1', 'guess %d' % guessed, fallback=False)
                    raise AssertionError('a guess was let in')
                except paramiko.AuthenticationException:
                    pass
        except (paramiko.SSHException, EOFError, OSError):
            turned_away += 1
            guessed += 1
        transport.close()
        if i % 10 == 0:
            began = time.monotonic()
            friend, sftp = connection('sis-1')
            assert sftp.listdir() == []
            friend.close()
            longest = max(longest, time.monotonic() - began)
    assert turned_away > 0, 'nobody was turned away'
    assert longest < 60, 'others waited for %f seconds' % longest
    shut = json.loads(rollbook('door', 'shut-out', '--format', 'json'))
    if guesses >= 150:
        told = [text for text in letters() if ' was shut out ' in text]  # runs that are held have letters too
        assert len(told) < 15, '%d letters of one attack' % len(told)
    assert shut and all(one['address'].startswith('127.1.') for one in shut), shut
    try:
        connection('sis-1', passwords['sis-1'], '127.9.9.9')
        assert guesses < 120, 'the account is not shut to strangers'
    except paramiko.SSHException:
        assert guesses >= 100
    connection('sis-1', passwords['sis-1'])[0].close()  # from where it came last
    until('a letter tells who was shut out', lambda: any(text.startswith('The address 127.1.0.1 was shut out from the account of sis ') for text in letters()))
    said = rollbook('door', 'let-in', shut[0]['address'])
    assert 'may try again' in said, said
    log = open(path('log')).read()
    assert 'is shut out after repeated failures' in log and 'guess ' not in log


whole = bytes(chance.randrange(256) for _ in range(300000))
server = mail = None
try:
    keep('whole', whole), keep('half', whole[:len(whole) // 2])
    subprocess.run(['ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-f', path('key')], check=True)
    subprocess.run([program, 'make-district', '--students', '300', path('export')], check=True)
    with zipfile.ZipFile(path('roster.zip'), 'w', zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(os.listdir(path('export'))):
            archive.write(os.path.join(path('export'), name), name)
    rollbook('district', 'add', 'Oakfield')
    passwords = {}
    for number in range(1, accounts + 1):
        name = 'sis' if number == 1 else 'x%d' % number
        rollbook('source', 'add', name, '--district', '1', '--live')
        passwords['%s-%d' % (name, number)] = rollbook('door', 'password', '--district', '1', '--source', name).strip()
    rollbook('door', 'key', 'add', path('key.pub'), '--district', '1', '--source', 'sis')
    rollbook('person', 'add', 'anna@example.org', 'Anna')
    rollbook('person', 'grant', 'anna@example.org', '--district', '1', '--level', 'system')
    os.mkdir(path('mail'))
    mail = subprocess.Popen(['/usr/bin/python3', os.path.join(os.path.dirname(__file__), '..', 'letters', 'mail_server.py'), path('mail'), '0', 'plain'],
                            stdin=subprocess.PIPE)
    until('the mail server begins (python3-aiosmtpd)', lambda: os.path.exists(path('mail/port')))
    rollbook('letters', 'set', 'address=https://rollbook.example.org', 'server=127.0.0.1', 'port=' + bytes_of('mail/port').decode().strip(), 'security=none',
             'from=rollbook@oakfield.example')
    server = Server()
    for step in (everything_with_sftp, everything_with_lftp, everything_with_paramiko, a_file_with_curl, all_accounts_at_once,
                 the_server_is_killed_in_the_middle, who_guesses_is_shut_out):
        began = time.monotonic()
        step()
        print('%s: %.1f s' % (step.__name__.replace('_', ' '), time.monotonic() - began), flush=True)
    server.stop()
except BaseException:
    if os.path.exists(path('log')):
        print(open(path('log')).read()[-4000:])
    raise
finally:
    if server is not None and server.process.poll() is None:
        server.kill()
    if mail is not None:
        mail.stdin.close()
        mail.wait(60)
    shutil.rmtree(folder, ignore_errors=True)
