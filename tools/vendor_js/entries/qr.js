// Only reading: a look at a picture with a QR code in it.
export { default as decodeQR } from "qr/decode.js";
