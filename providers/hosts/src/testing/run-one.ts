import { minutes, plainCall } from '@pileus/model';
import { surroundings } from '@pileus/provider/testing';
import { hosts } from '../index.ts';

/** A controller to be killed: runs one script on a server with a token, all given as arguments. */
const [settings = '{}', directory = '', server = '', token = '', body = ''] = process.argv.slice(2);
const connection = hosts.connect(hosts.account.parse(JSON.parse(settings)), surroundings({ directory }));
const files = new Map([['run.sh', new TextEncoder().encode(body)]]);
const job = { name: 'test', script: 'run.sh', files, environment: {}, within: minutes(1) };
await connection.shell?.(server).run(job, { ...plainCall(token), log: (line) => console.log(line) });
