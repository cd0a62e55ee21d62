// Preloaded into Node: servers listen on 127.0.0.1, for a program that cannot be told to.
const { Server } = require("net");
const { listen } = Server.prototype;
Server.prototype.listen = function (port, host, ...rest) {
    return listen.call(this, port, "127.0.0.1", ...rest);
};
