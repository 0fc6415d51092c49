"""Trainings: what is taught and exchanged, when, where, with whom."""

from django.apps import AppConfig


class TrainingsConfig(AppConfig):
    name = "trainings"
    verbose_name = "Formations"
