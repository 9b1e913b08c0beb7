from django.urls import path

from imagehub.demo.gallery import gallery

urlpatterns = [path("", gallery, name="gallery")]
