// Aedes with TCP and WebSocket: node aedes.mjs <TCP port> <WebSocket port> <user> <password>
import { readFileSync } from "node:fs";
import { createServer as createHttpServer } from "node:http";
import { createServer } from "node:net";
import { Aedes } from "aedes";
import { WebSocketServer, createWebSocketStream } from "ws";

const [tcpPort, webSocketPort, user, password] = process.argv.slice(2);
const broker = await Aedes.createBroker({
    authenticate: (client, name, word, done) => done(null, name === user && word?.toString() === password),
});
const http = createHttpServer();
const sockets = new WebSocketServer({
    server: http,
    handleProtocols: (protocols) => (protocols.has("mqtt") ? "mqtt" : false),
});
sockets.on("connection", (socket, request) => {
    const stream = createWebSocketStream(socket);
    // A connection that is cut is nothing to end for.
    stream.on("error", () => {});
    broker.handle(stream, request);
});
for (const event of ["clientError", "connectionError"]) {
    broker.on(event, (client, error) => console.log(event, client?.id, error.message));
}
const { version } = JSON.parse(readFileSync(new URL("./node_modules/aedes/package.json", import.meta.url)));
console.log("aedes", version);
createServer(broker.handle).listen(tcpPort, "127.0.0.1");
http.listen(webSocketPort, "127.0.0.1");
