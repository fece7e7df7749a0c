// Haraka: Rollcall says who may receive mail. Put this into plugins/, `rollcall` into config/plugins (before other plugins
// that accept recipients), and into config/rollcall.json {"url": "https://rollcall.example.com", "token": "rc_..."}, the
// token made with `rollcall token create --scope maps`. Nobody is refused for any other reason than a clear "no" of
// Rollcall: whatever else happens, senders are told to try later.
'use strict';

exports.register = function () {
    this.rollcall = this.config.get('rollcall.json');
    this.register_hook('rcpt', 'ask_rollcall');
};

exports.ask_rollcall = async function (next, connection, params) {
    const { url, token } = this.rollcall;
    let answer;
    try {
        const address = encodeURIComponent(params[0].address());
        const response = await fetch(`${url}/api/v1/recipients/${address}`, {
            headers: { authorization: `Bearer ${token}` },
            signal: AbortSignal.timeout(5000),
        });
        answer = (await response.json()).answer;
    } catch (error) {
        connection.logwarn(this, `Rollcall cannot be asked: ${error.message}`);
    }
    if (answer === 'OK') return next(OK);
    if (answer === 'NOTFOUND') return next(DENY, 'unknown user');
    next(DENYSOFT, 'recipient directory unavailable, try later');
};
