/** dynalite by itself, on disk in FOLDER: `node dynalite.js FOLDER`. Tells its port over IPC, and ends with whoever started it. */
import dynalite from 'dynalite';

const server = dynalite({ path: process.argv[2], createTableMs: 0 });
server.listen(0, '127.0.0.1', () => process.send(server.address().port));
process.on('disconnect', () => process.exit());
