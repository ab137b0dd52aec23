import{a}from"./chunk-33RJCAQ4.js";import"./chunk-3D4ZJK2O.js";import"./chunk-M7AD2PUT.js";export{a as read};
